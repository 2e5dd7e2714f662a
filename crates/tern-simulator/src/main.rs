//! `tern-simulator`: the practice line as a program. Prints one JSON line with its address and
//! credentials, then serves until it is told to stop.

mod arguments;

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::json;
use tern_simulator::Simulator;
use tokio::io::AsyncReadExt as _;

use arguments::{Arguments, HELP};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::read(lexopt::Parser::from_env()) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            let _ = std::io::stdout().write_all(HELP.as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(error) => return fail(&error),
    };
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(error.as_ref()),
    }
}

fn fail(error: &dyn std::error::Error) -> ExitCode {
    let mut text = format!("tern-simulator: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    let _ = writeln!(std::io::stderr(), "{text}");
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let practice = Simulator::start(arguments.config).await?;
    let account = practice.account();
    let line = json!({
        "base_url": practice.base_url(),
        "control_url": practice.control_url(),
        "account_sid": account.account_sid,
        "auth_token": account.auth_token,
        "api_key_sid": account.api_key_sid,
        "api_key_secret": account.api_key_secret,
        "messaging_service_sid": account.messaging_service_sid,
        "numbers": account.numbers,
    });
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{line}")?;
    stdout.flush()?;
    tokio::select! {
        result = told_to_stop() => result?,
        () = input_closed(), if arguments.stop_with_input => {}
    }
    practice.shutdown().await;
    Ok(())
}

/// Resolves on an interrupt or, where there is one, a request to terminate.
async fn told_to_stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Resolves when standard input ends, so that a parent's death is noticed.
async fn input_closed() {
    let mut stdin = tokio::io::stdin();
    let mut buffer = [0; 256];
    while matches!(stdin.read(&mut buffer).await, Ok(count) if count > 0) {}
}
