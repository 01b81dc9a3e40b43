//! Writes the table of the site's files (`ASSETS` in `src/assets.rs`) from what `setup/site.mjs` has put into `target/site`.
//! Without that folder the table is empty, so that checks and tests need nothing but cargo.

use std::{env, error::Error, fmt::Write, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=PORTAL_SITE_DIR");
    let site = match env::var_os("PORTAL_SITE_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../target/site"),
    };
    let manifest = site.join("manifest.txt");
    if !manifest.exists() {
        // Cargo takes a watched file that is absent for one that has changed, and would compile this crate at every command.
        // Where an empty one cannot be written, that is all that happens.
        let _ = fs::create_dir_all(&site).and_then(|()| fs::write(&manifest, ""));
    }
    println!("cargo::rerun-if-changed={}", manifest.display());

    let mut table = String::from("&[\n");
    for line in fs::read_to_string(&manifest).unwrap_or_default().lines() {
        let mut words = line.splitn(3, ' ');
        let (Some(name), Some(file), Some(content_type)) = (words.next(), words.next(), words.next()) else {
            return Err(format!("{}: cannot read the line {line:?}", manifest.display()).into());
        };
        let path = site.canonicalize()?.join(file);
        let compressed = |extension: &str| {
            let path = format!("{}.{extension}", path.display());
            if fs::exists(&path)? {
                Ok::<_, std::io::Error>(format!("Some(include_bytes!({path:?}))"))
            } else {
                Ok("None".to_owned())
            }
        };
        writeln!(
            table,
            "Asset {{ name: {name:?}, path: {:?}, content_type: {content_type:?}, plain: include_bytes!({:?}), br: {}, gz: {} }},",
            format!("/pkg/{file}"),
            path.display().to_string(),
            compressed("br")?,
            compressed("gz")?,
        )?;
    }
    table.push_str("]\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("assets.rs"), table)?;
    Ok(())
}
