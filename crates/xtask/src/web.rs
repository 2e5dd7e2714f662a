//! `cargo xtask web`: the UI in a browser, through the development server on loopback.

use anyhow::{Context, bail};
use serde_json::Value;

use crate::cli::WebOptions;
use crate::tool::Tool;
use crate::{app, debian, node, setup, term, workspace};

/// Builds the UI and the server, then serves the practice line until Ctrl-C.
///
/// # Errors
/// A step failed, or `--no-build` was given and there is no built UI.
pub(crate) fn web(options: &WebOptions) -> anyhow::Result<()> {
    setup::packages(&[debian::BUILD], options.yes)?;
    if !options.no_build {
        node::build_ui()?;
    } else if !node::has_built_ui() {
        bail!("there is no built UI in ui/dist: run `cargo xtask web` without --no-build once");
    }
    term::step("Build the development server");
    app::cargo(&["build"])
        .args(["--bin", "tern-devserver"])
        .run()?;
    term::step("Tern in a browser, on the practice line; Ctrl-C ends it");
    Tool::new(workspace::built("debug", "tern-devserver"))
        .args(["--practice", "--port", &options.port.to_string()])
        .arg("--ui")
        .arg(node::built_ui())
        .run_watching_first_line(|line| {
            term::note(&format!("open  {}", address(line)?));
            term::note("The address carries a key that works until the server ends.");
            Ok(())
        })
}

/// The address to open, from the line of JSON that the server announces itself with.
fn address(line: &str) -> anyhow::Result<String> {
    let announced: Value =
        serde_json::from_str(line).context("the server announced itself in words unknown here")?;
    let text = |key: &str| announced.get(key).and_then(Value::as_str);
    let url = text("url").context("the server did not say where it listens")?;
    Ok(match text("token") {
        Some(token) if !url.contains("token=") => {
            format!("{}/?token={token}", url.trim_end_matches('/'))
        }
        _ => url.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_carries_the_key_once() {
        let line = r#"{"url":"http://127.0.0.1:4000","token":"abc"}"#;
        assert_eq!(address(line).unwrap(), "http://127.0.0.1:4000/?token=abc");
        let line = r#"{"url":"http://127.0.0.1:4000/?token=abc","token":"abc"}"#;
        assert_eq!(address(line).unwrap(), "http://127.0.0.1:4000/?token=abc");
        assert!(address("listening").is_err());
    }
}
