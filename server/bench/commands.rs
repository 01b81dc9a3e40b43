//! How long the portal takes to start, and to import the Agency's table.

use std::path::{Path, PathBuf};

use crate::process::Site;
use crate::report::{Report, Target, median};

/// Where the Agency's table may lie; it is no part of the repository.
const BESIDE: &str = "../shared/data/ema/medicines_output_medicines_en.csv";
/// A small invented table in the same format.
const SAMPLE: &str = include_str!("../../app/src/product/ema_test_table.csv");
/// As many rows as the Agency's table has, roughly.
const INVENTED: usize = 2500;

pub(crate) fn start(report: &mut Report, site: &Site) -> Result<(), String> {
    let mut seconds = Vec::new();
    for _ in 0..5 {
        seconds.push(site.serve()?.first_answer.as_secs_f64());
    }
    report.section("Start, on a database that is there");
    report.line("to the first answer", median(seconds), "s", Target::AtMost(0.3));
    Ok(())
}

pub(crate) fn import(report: &mut Report, portal: &Path, folder: &Path) -> Result<(), String> {
    let named = std::env::var("PORTAL_EMA_FILE").ok().filter(|path| !path.is_empty()).map(PathBuf::from);
    let file = match named.or_else(|| Some(PathBuf::from(BESIDE)).filter(|path| path.exists())) {
        Some(file) => file.canonicalize().map_err(|error| format!("{}: {error}", file.display()))?,
        None => invented(folder)?,
    };
    let path = file.to_str().ok_or("the table's path is not UTF-8")?;
    let (mut all, mut empty, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let mut rows = 0.0;
    for round in 0..3 {
        let site = Site::new(portal, &folder.join(format!("import-{round}")), None)?;
        empty.push(site.timed(&["migrate"])?.0.as_secs_f64());
        let site = Site::new(portal, &folder.join(format!("import-{round}-whole")), None)?;
        let (took, said) = site.timed(&["import", "ema", path])?;
        all.push(took.as_secs_f64());
        rows = count(&said, "rows")?;
        if count(&said, "created")? < 1.0 {
            return Err(format!("the import created nothing: {said}"));
        }
        let (took, said) = site.timed(&["import", "ema", path])?;
        again.push(took.as_secs_f64());
        if count(&said, "created")? + count(&said, "updated")? > 0.0 {
            return Err(format!("the second import changed something: {said}"));
        }
    }
    report.section(&format!("Import of {}", file.file_name().unwrap_or_default().to_string_lossy()));
    report.line("rows in the table", rows, "", Target::None);
    report.line("into no database yet, process and schema included", median(all.clone()), "s", Target::AtMost(2.0));
    report.line("   of this, process and schema", median(empty.clone()), "s", Target::None);
    report.line("   the import alone", median(all) - median(empty), "s", Target::None);
    report.line("the same file again, nothing changes", median(again), "s", Target::None);
    Ok(())
}

/// The number behind a label of the import's report.
fn count(said: &str, label: &str) -> Result<f64, String> {
    let number = said.lines().find_map(|line| line.strip_prefix(label)?.trim().parse().ok());
    number.ok_or_else(|| format!("the import does not say \"{label}\": {said}"))
}

/// Writes a table of invented medicines: the sample's first one, again and again under other names.
fn invented(folder: &Path) -> Result<PathBuf, String> {
    let path = folder.join("invented.csv");
    let made = (|| {
        let mut sample = csv::Reader::from_reader(SAMPLE.as_bytes());
        let mut table = csv::Writer::from_path(&path)?;
        let header = sample.headers()?.clone();
        table.write_record(&header)?;
        let Some(first) = sample.records().next().transpose()? else { return Ok(()) };
        for number in 0..INVENTED {
            let cells = header.iter().zip(&first).map(|(name, cell)| match name {
                "Name of medicine" => format!("Invented {number}"),
                "EMA product number" => format!("EMEA/H/C/{number:06}"),
                "Therapeutic indication" => "Adults with an invented disease, aged 18 to 20. ".repeat(12),
                name if name.starts_with("Marketing authorisation developer") => {
                    format!("Invented Holder {} Ltd", number % 660)
                }
                _ => cell.to_owned(),
            });
            table.write_record(cells)?;
        }
        table.flush()?;
        Ok::<_, csv::Error>(())
    })();
    made.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}
