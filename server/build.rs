//! Writes the tables of the site's files and of fonts (`ASSETS` and `FONTS` in `src/assets.rs`), the first from what
//! `setup/site.mjs` has put into `target/site`.
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
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("assets.rs"), table)?;
    fs::write(out.join("fonts.rs"), fonts()?)?;
    Ok(())
}

/// The fonts that npm fetched into `setup`, for `FONTS`; none before it did.
fn fonts() -> Result<String, Box<dyn Error>> {
    const FILES: [&str; 2] =
        ["noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf", "noto-sans/400Regular/NotoSans_400Regular.ttf"];
    let setup = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../setup");
    let folder = setup.join("node_modules/@expo-google-fonts");
    if !FILES.iter().all(|file| folder.join(file).exists()) {
        // A watched file that is absent counts as changed, and this crate would be compiled at every command.
        println!("cargo::rerun-if-changed={}", setup.display());
        return Ok("&[]".to_owned());
    }
    let mut list = String::from("&[\n");
    for file in FILES {
        let path = folder.join(file).canonicalize()?;
        println!("cargo::rerun-if-changed={}", path.display());
        writeln!(list, "include_bytes!({:?}),", path.display().to_string())?;
    }
    list.push_str("]\n");
    Ok(list)
}
