//! The table on standard output.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use app::backend::clock::stopwatch;

pub(crate) struct Report {
    /// Whether figures are held against their targets.
    pub(crate) targets: bool,
    over: Vec<String>,
}

impl Default for Report {
    fn default() -> Self {
        Self { targets: true, over: Vec::new() }
    }
}

/// What a figure should be.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    None,
    AtLeast(f64),
    AtMost(f64),
}

impl Report {
    pub(crate) fn section(&self, title: &str) {
        println!("\n{title}");
    }

    pub(crate) fn line(&mut self, what: &str, figure: f64, unit: &str, target: Target) {
        let (bound, holds) = match target {
            _ if !self.targets => (String::new(), true),
            Target::None => (String::new(), true),
            Target::AtLeast(bound) => (format!("≥ {}", short(bound)), figure >= bound),
            Target::AtMost(bound) => (format!("≤ {}", short(bound)), figure <= bound),
        };
        let mark = match (bound.is_empty(), holds) {
            (true, _) => "",
            (false, true) => "ok",
            (false, false) => "over",
        };
        let line = format!("  {what:<58}{:>10} {unit:<6}{bound:<9}{mark}", short(figure));
        println!("{}", line.trim_end());
        if !holds {
            self.over.push(format!("{what}: {} {unit} ({bound})", short(figure)));
        }
    }

    pub(crate) fn note(&self, text: &str) {
        println!("  {text}");
    }

    /// What there is to be fast with. Writes wait for the disk, so its speed belongs to the figures.
    pub(crate) fn machine(&mut self, folder: &Path) -> Result<(), String> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        self.section("The machine");
        self.line("cores, shared by portal and client", cores as f64, "", Target::None);
        let minute = load.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or_default();
        self.line("load of the last minute, before", minute, "", Target::None);
        let path = folder.join("disk");
        let mut count = 0;
        let started = stopwatch();
        let written = (|| {
            let mut file = std::fs::File::create(&path)?;
            while started.elapsed() < Duration::from_millis(500) {
                file.write_all(&[7; 4096])?;
                file.sync_data()?;
                count += 1;
            }
            std::fs::remove_file(&path)
        })();
        written.map_err(|error: std::io::Error| format!("{}: {error}", path.display()))?;
        self.line("writes of 4 kB to the disk, each synced", f64::from(count) / 0.5, "/s", Target::None);
        Ok(())
    }

    pub(crate) fn end(&self, took: Duration) {
        let mut text = format!("\nMeasured in {:.0} s. ", took.as_secs_f64());
        if self.over.is_empty() {
            text.push_str("Every target is met.");
        } else {
            let _ = write!(text, "Over the target:");
            for line in &self.over {
                let _ = write!(text, "\n  {line}");
            }
        }
        println!("{text}");
    }
}

fn short(figure: f64) -> String {
    match figure {
        figure if figure.fract() == 0.0 || figure >= 1000.0 => format!("{figure:.0}"),
        figure if figure >= 100.0 => format!("{figure:.1}"),
        figure => format!("{figure:.2}"),
    }
}

/// The middle one.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}
