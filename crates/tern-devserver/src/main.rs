//! Entry point: reads the command line, starts the app and serves it until a signal.

use std::process::ExitCode;
use std::sync::Arc;

use secrecy::ExposeSecret;
use tern_app::dto::{Phase, StartPractice, UnlockWith};
use tern_app::{
    App, AppConfig, MemorySecrets, NoSecretStore, PracticeAccount, PracticeHost, SecretStore,
};
use tern_devserver::{EmbeddedLine, KeyPlace, KillAt, Options, OptionsError, Server, USAGE};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[tokio::main]
async fn main() -> ExitCode {
    tern_memory::wipe_what_is_freed();
    match Options::from_environment() {
        Ok(options) => match run(options).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => complain(&format!("tern-devserver: {error}")),
        },
        Err(OptionsError::Help) => {
            say(USAGE);
            ExitCode::SUCCESS
        }
        Err(error) => complain(&format!("tern-devserver: {error}\n\n{USAGE}")),
    }
}

async fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    start_logging(options.kill_at);
    let temporary;
    let data_folder = match options.data_folder {
        Some(folder) => folder,
        None => {
            temporary = tempfile::tempdir()?;
            temporary.path().to_owned()
        }
    };
    let secrets: Arc<dyn SecretStore> = match options.key {
        KeyPlace::Memory => Arc::new(MemorySecrets::default()),
        KeyPlace::Given(key) => Arc::new(MemorySecrets::with_file_key(key)),
        KeyPlace::Nowhere => Arc::new(NoSecretStore),
    };
    let line: Arc<dyn PracticeHost> = match options.line {
        Some(line) => Arc::new(line),
        None => Arc::new(EmbeddedLine::default()),
    };
    let passphrase = match &options.passphrase_file {
        Some(file) => first_line(file)?,
        None => None,
    };
    let account = line.start().await?;
    let mut config = AppConfig::new(data_folder, secrets, line);
    // A page in a browser has no dialog that tells paths.
    config.typed_places = true;
    let app = App::start(config).await;
    open(&app, passphrase, options.practice).await?;
    let server = Server::bind(app.clone(), options.ui.as_deref(), options.port).await?;
    say(&announcement(&server, &account).to_string());
    tokio::select! {
        served = server.serve() => served?,
        () = asked_to_stop() => {}
    }
    app.shutdown().await;
    Ok(())
}

/// Gets past the stages that the command line has an answer for.
async fn open(
    app: &App,
    passphrase: Option<String>,
    practice: bool,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut status = app.app_status().await?;
    if matches!(status.phase, Phase::Locked { .. }) && passphrase.is_some() {
        status = app
            .unlock(UnlockWith {
                passphrase: passphrase.clone(),
            })
            .await?;
    }
    if practice && matches!(status.phase, Phase::FirstRun { .. }) {
        app.start_practice(StartPractice { passphrase }).await?;
    }
    Ok(())
}

fn announcement(server: &Server, account: &PracticeAccount) -> serde_json::Value {
    serde_json::json!({
        "url": server.url(),
        "token": server.token(),
        "sim": {
            "base_url": account.base_url,
            "control_url": account.control_url,
            "account_sid": account.account_sid,
            "auth_token": account.auth_token.expose_secret(),
            "numbers": account.numbers,
        },
    })
}

fn start_logging(kill_at: Option<KillAt>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(tracing_subscriber::Layer::with_filter(lines, filter))
        .with(kill_at)
        .init();
}

fn first_line(file: &std::path::Path) -> std::io::Result<Option<String>> {
    let text = std::fs::read_to_string(file)?;
    Ok(text.lines().next().map(str::to_owned))
}

#[cfg(unix)]
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                terminated.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    let _interrupted = tokio::signal::ctrl_c().await;
}

#[expect(
    clippy::print_stdout,
    reason = "the line on standard output is this program's interface"
)]
fn say(line: &str) {
    println!("{line}");
}

#[expect(
    clippy::print_stderr,
    reason = "a program without a window complains on standard error"
)]
fn complain(words: &str) -> ExitCode {
    eprintln!("{words}");
    ExitCode::FAILURE
}
