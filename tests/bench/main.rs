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
mod growth;
mod options;
mod raw;
mod rows;
mod sample;
mod seed;
mod sentences;

use std::process::ExitCode;

use anyhow::Context as _;
use figure::{Figure, Report};

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
    if let Some(folder) = &options.archive {
        let messages = options.messages.first().copied().unwrap_or_default();
        let home = rows::insights::archive(folder, messages)?;
        println!("{}", home.display());
        return Ok(true);
    }
    let mut reports = Vec::new();
    for &messages in &options.messages {
        if options.messages.len() > 1 {
            println!("\n{messages} texts");
        }
        let figures = measure(messages, options.only.as_deref())?;
        reports.push(Report { messages, figures });
        // After each size, because the largest takes long.
        if let Some(path) = &options.json {
            figure::write_json(path, &reports)?;
        }
    }
    if reports.len() > 1 {
        println!("\n{}", growth::Growth(&reports));
    }
    Ok(reports.iter().all(Report::is_met))
}

/// Takes all figures, or only those about one thing, with so many texts.
fn measure(messages: u64, only: Option<&str>) -> anyhow::Result<Vec<Figure>> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let bench = seed::seed(folder.path(), messages, corpus::Speech::Words)?;
    let mut figures = Vec::new();
    if only.is_some_and(|only| only != "search") {
        // Whoever else needs the file opens it anew.
        bench.store.close();
    }
    let wanted = |about: &str| only.is_none_or(|only| only == about);
    for (_, take) in rows::ALL.iter().filter(|(about, _)| wanted(about)) {
        for figure in take(&bench)? {
            println!("{figure}");
            figures.push(figure);
        }
    }
    Ok(figures)
}
