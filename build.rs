//! Compresses the vectors and the documents, which the program carries: as they are, they would be more than half of it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "cli")]
    compress().unwrap_or_else(|error| panic!("vectors and documents could not be compressed: {error}"));
}

/// `vectors/tlv.decode.yaml` becomes `OUT_DIR/vectors/tlv.decode.yaml.deflate`, and so on.
#[cfg(feature = "cli")]
fn compress() -> std::io::Result<()> {
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    /// The highest level that costs no multiple of the time.
    const LEVEL: u8 = 8;

    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    for (folder, extensions) in
        [("", &["md"][..]), ("docs", &["md"]), ("docs/results", &["md"]), ("vectors", &["md", "yaml"])]
    {
        let to = out.join(folder);
        fs::create_dir_all(&to)?;
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))? {
            let path = entry?.path();
            let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            let Some(name) = path.file_name().filter(|_| extensions.contains(&extension)) else { continue };
            println!("cargo::rerun-if-changed={}", path.display());
            let mut name = name.to_owned();
            name.push(".deflate");
            fs::write(to.join(name), miniz_oxide::deflate::compress_to_vec(&fs::read(&path)?, LEVEL))?;
        }
    }
    Ok(())
}
