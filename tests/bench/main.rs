//! Measures the figures that Tern holds itself to, on one machine in one run.
//!
//! Seeds a million texts through the product's own import, then takes each figure beside the same work done
//! on bare SQLCipher, so that the ratios mean something on any machine. One module per figure; a new figure
//! is one more entry in [`rows::ALL`].
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is its result"
)]

mod corpus;
mod figure;
mod options;
mod raw;
mod rows;
mod sample;
mod seed;

use std::process::ExitCode;

use anyhow::Context as _;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(error) => {
            eprintln!("tern-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Takes all figures; answers whether every target was met.
fn run() -> anyhow::Result<bool> {
    let options = options::Options::parse()?;
    if let Some(folder) = &options.idle_probe {
        rows::memory::probe(folder)?;
        return Ok(true);
    }
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let bench = seed::seed(folder.path(), &options)?;
    let mut figures = Vec::new();
    if options.only.as_deref().is_some_and(|only| only != "search") {
        // Whoever else needs the file opens it anew.
        bench.store.close();
    }
    let wanted = |about: &str| options.only.as_deref().is_none_or(|only| only == about);
    for (_, take) in rows::ALL.iter().filter(|(about, _)| wanted(about)) {
        for figure in take(&bench)? {
            println!("{figure}");
            figures.push(figure);
        }
    }
    if let Some(path) = &options.json {
        figure::write_json(path, options.messages, &figures)?;
    }
    Ok(figures.iter().all(figure::Figure::is_met))
}
