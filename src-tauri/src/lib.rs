//! The desktop shell: one window, a tray icon, the keychain, notifications. No rules, no SQL, no HTTP.
//!
//! Everything that happens is a call into `tern-app` or a change event from it.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod channel;
mod commands;
mod dialogs;
mod downloads;
#[cfg(unix)]
mod dumps;
mod events;
mod keychain;
mod logging;
mod media;
mod notify;
mod options;
mod practice;
mod saving;
mod shell;
mod sound;
mod suspend;
mod terminate;
mod tray;
mod window;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tauri::{AppHandle, Manager, RunEvent};
use tauri_plugin_autostart::MacosLauncher;
use tern_app::dto::{Phase, StartPractice};
use tern_app::{App, AppConfig};

use keychain::Keychain;
use notify::Notifier;
use options::Options;
use practice::EmbeddedLine;
pub(crate) use shell::Shell;

/// Longest that quitting waits for the app to finish what it is writing.
const FAREWELL: Duration = Duration::from_secs(5);

/// Runs Tern until it is quit.
#[must_use]
pub fn run() -> ExitCode {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a start takes is the shell's own to measure"
    )]
    let started = Instant::now();
    #[cfg(unix)]
    dumps::refuse();
    let options = Options::from_arguments(std::env::args().skip(1));
    // What trays and docks call it; without, they show the program's file name.
    #[cfg(target_os = "linux")]
    glib::set_application_name("Tern");
    let built = tauri::Builder::default()
        // First of all plugins: a second start must end before it touches anything.
        .plugin(tauri_plugin_single_instance::init(
            |handle, _arguments, _folder| window::show(handle),
        ))
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(remembered())
                .build(),
        )
        .plugin(tauri_plugin_autostart::init(
            MacosLauncher::LaunchAgent,
            Some(vec!["--hidden"]),
        ))
        .register_asynchronous_uri_scheme_protocol(media::SCHEME, media::serve)
        .invoke_handler(tauri::generate_handler![
            commands::open_channel,
            commands::call,
            commands::choose_place,
            commands::save_file,
            commands::save_media,
            commands::show_job_place,
            commands::window_ready,
            commands::renew_page,
            commands::quit
        ])
        .on_window_event(window::on_event)
        .setup(move |tauri| set_up(tauri.handle(), options, started).map_err(Into::into))
        .build(tauri::generate_context!());
    match built {
        Ok(tauri) => {
            tauri.run(on_run_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "Tern could not start");
            ExitCode::FAILURE
        }
    }
}

/// Size, place and full screen are remembered; being hidden in the tray is not.
fn remembered() -> tauri_plugin_window_state::StateFlags {
    use tauri_plugin_window_state::StateFlags;
    StateFlags::all() - StateFlags::VISIBLE
}

fn set_up(handle: &AppHandle, options: Options, started: Instant) -> tauri::Result<()> {
    let data_folder = handle.path().app_data_dir()?;
    if let Some(guard) = logging::start(&data_folder.join("logs")) {
        handle.manage(guard);
    }
    let mut config = AppConfig::new(
        data_folder,
        Arc::new(Keychain::default()),
        Arc::new(EmbeddedLine::default()),
    );
    if let Some(downloads) = downloads::folder(handle) {
        config.exports_folder = downloads.join("Tern");
    }
    let app = tauri::async_runtime::block_on(async {
        let app = App::start(config).await;
        if options.practice {
            start_practice_line(&app).await;
        }
        app
    });
    let shell = Shell::new(app.clone(), options, started);
    shell.install_tray(handle);
    let webhooks = tern_gateway::keep_open(
        app.clone(),
        tern_gateway::DEFAULT_PORT,
        shell.quitting().clone(),
    );
    handle.manage(shell);
    drop(window::build(handle)?);

    let raised = handle.clone();
    let notifier = Notifier::new(app.clone(), move || window::show(&raised));
    let owner = handle.clone();
    let sleeper = app.clone();
    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with the app: the change feed closes"
    )]
    tauri::async_runtime::spawn(async move {
        if let Some(shell) = owner.try_state::<Shell>() {
            shell.apply_settings(&owner).await;
            shell.show_unread().await;
        }
        events::forward(owner, app, notifier).await;
    });
    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with the shell: quitting cancels it"
    )]
    tauri::async_runtime::spawn(webhooks);
    suspend::follow(handle, sleeper);
    terminate::quit_when_told(handle);
    Ok(())
}

/// What `--practice` asks for: a new person lands in the inbox. Without a keychain a passphrase has to
/// be chosen first, so the first-run screen is shown after all.
async fn start_practice_line(app: &App) {
    let Ok(status) = app.app_status().await else {
        return;
    };
    if !matches!(
        status.phase,
        Phase::FirstRun {
            keychain_available: true,
            ..
        }
    ) {
        return;
    }
    if let Err(error) = app.start_practice(StartPractice { passphrase: None }).await {
        tracing::warn!(%error, "the practice line could not be started");
    }
}

fn on_run_event(handle: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::Exit => {
            if let Some(shell) = handle.try_state::<Shell>() {
                shell.quitting().cancel();
                let app = shell.app().clone();
                let stopped = tauri::async_runtime::block_on(async move {
                    tokio::time::timeout(FAREWELL, app.shutdown()).await
                });
                if stopped.is_err() {
                    tracing::warn!("the app did not stop in time");
                }
            }
        }
        // The application menu's Quit; `exit` itself comes with a code.
        RunEvent::ExitRequested {
            code: None, api, ..
        } if handle.get_webview_window(window::MAIN).is_some() && !window::may_quit(handle) => {
            api.prevent_exit();
            window::show(handle);
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::show(handle),
        _ => {}
    }
}
