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
    let mut stop_requests = StopRequests::listen()?;
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
        () = stop_requests.next() => {}
        () = input_closed(), if arguments.stop_with_input => {}
    }
    practice.shutdown().await;
    Ok(())
}

/// The system's requests to stop.
#[cfg(unix)]
struct StopRequests {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl StopRequests {
    /// Listens from here on: a request made before would kill the process instead.
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self {
            interrupt,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The system's requests to stop.
#[cfg(windows)]
struct StopRequests(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl StopRequests {
    /// Listens from here on: a request made before would kill the process instead.
    fn listen() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}

/// Resolves when standard input ends, so that a parent's death is noticed.
async fn input_closed() {
    let mut stdin = tokio::io::stdin();
    let mut buffer = [0; 256];
    while matches!(stdin.read(&mut buffer).await, Ok(count) if count > 0) {}
}
