//! The flags.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::rows;

const USAGE: &str = "\
tern-bench [--messages N] [--only WORD] [--json FILE] [--archive FOLDER]
  --messages N  texts to seed (default 1000000); several as 10000,100000 to see the growth
  --only WORD   take only the figures about this: search, routing, topics, views …
  --json FILE   also write the figures there; without it, to TERN_BENCH_OUT/figures.json if that is set
  --archive FOLDER  measure nothing: leave the seeded desk there, for a look at it in the window";

/// What to measure and where to put it.
pub(crate) struct Options {
    /// Texts to seed, one run after the other.
    pub(crate) messages: Vec<u64>,
    /// Take only the figures about this.
    pub(crate) only: Option<String>,
    /// Where the figures go as JSON.
    pub(crate) json: Option<PathBuf>,
    /// Measure nothing, and leave the seeded desk there.
    pub(crate) archive: Option<PathBuf>,
    /// Only open a seeded file and tell the memory used; how the bench starts itself.
    pub(crate) idle_probe: Option<PathBuf>,
}

impl Options {
    pub(crate) fn parse() -> anyhow::Result<Self> {
        use lexopt::prelude::*;
        let mut options = Self {
            messages: vec![1_000_000],
            only: None,
            json: std::env::var_os("TERN_BENCH_OUT")
                .map(|folder| PathBuf::from(folder).join("figures.json")),
            archive: None,
            idle_probe: None,
        };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("messages") => options.messages = sizes(&parser.value()?.string()?)?,
                Long("only") => options.only = Some(parser.value()?.string()?),
                Long("json") => options.json = Some(path(parser.value()?)),
                Long("archive") => options.archive = Some(path(parser.value()?)),
                Long("idle-probe") => options.idle_probe = Some(path(parser.value()?)),
                Long("help") => {
                    println!("{USAGE}");
                    std::process::exit(0);
                }
                _ => return Err(argument.unexpected()).context(USAGE),
            }
        }
        anyhow::ensure!(
            options.messages.iter().all(|messages| *messages >= 1_000),
            "seed at least 1000 texts"
        );
        let is_known = |only: &str| rows::ALL.iter().any(|(about, _)| *about == only);
        anyhow::ensure!(
            options.only.as_deref().is_none_or(is_known),
            "there are no such figures"
        );
        Ok(options)
    }
}

fn sizes(value: &str) -> anyhow::Result<Vec<u64>> {
    value
        .split(',')
        .map(|size| size.parse().context("a number of texts"))
        .collect()
}

fn path(value: OsString) -> PathBuf {
    PathBuf::from(value)
}
