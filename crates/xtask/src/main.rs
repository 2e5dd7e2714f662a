//! Every command of the project. `cargo xtask help` lists them.
//!
//! Owns set-up, building, running, checking and packaging; contains no product code. It prints what
//! it does, because a command that is silent for six minutes looks broken.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking on the terminal is what a command-line tool is for"
)]

mod app;
mod bench;
mod ci;
mod cli;
mod codegen;
mod crash;
mod debian;
mod node;
mod package;
mod run;
mod setup;
mod term;
mod test;
mod tidy;
mod tool;
mod web;
mod workspace;

use std::process::ExitCode;

use cli::Task;

fn main() -> ExitCode {
    let task = match cli::parse(lexopt::Parser::from_env()) {
        Ok(task) => task,
        Err(error) => {
            eprintln!("{error:#}\n\n{}", cli::USAGE);
            return ExitCode::from(2);
        }
    };
    match perform(task) {
        Ok(()) => ExitCode::SUCCESS,
        // The count is the last line; nothing follows it.
        Err(error) if error.is::<test::tally::Counted>() => ExitCode::FAILURE,
        Err(error) => {
            term::failure(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Help => {
            println!("{}", cli::USAGE);
            Ok(())
        }
        Task::Run(options) => run::run(&options),
        Task::Web(options) => web::web(&options),
        Task::Test(options) => test::test(&options),
        Task::Ci => ci::ci(),
        Task::Checks => ci::checks(),
        Task::Tidy => tidy::tidy(),
        Task::Codegen { check } => codegen::codegen(check),
        Task::Bench(options) => bench::bench(&options),
        Task::Crash { runs } => crash::crash(runs),
        Task::Package => package::package(),
    }
}
