//! Going to sleep and waking up, as the system tells of it: the desk locks before the screen goes dark, and whatever
//! was missed meanwhile is looked for at once.
//!
//! Where nothing tells of it, the desk notices afterwards that it slept (`tern-app`'s watch of its lock).

use tauri::AppHandle;
use tern_app::App;

/// Follows logind until Tern ends.
#[cfg(target_os = "linux")]
pub(crate) fn follow(handle: &AppHandle, app: App) {
    use tauri::Manager as _;

    let Some(quitting) = handle
        .try_state::<crate::Shell>()
        .map(|shell| shell.quitting().clone())
    else {
        return;
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with the shell: quitting cancels it"
    )]
    tauri::async_runtime::spawn(async move {
        tokio::select! {
            () = quitting.cancelled() => {}
            ended = logind::follow(&app) => {
                if let Err(error) = ended {
                    tracing::info!(%error, "the system does not tell when it goes to sleep");
                }
            }
        }
    });
}

/// The watch of the lock notices it afterwards.
#[cfg(not(target_os = "linux"))]
pub(crate) fn follow(_handle: &AppHandle, _app: App) {}

#[cfg(target_os = "linux")]
mod logind {
    use tern_app::App;
    use zbus::export::ordered_stream::OrderedStreamExt as _;
    use zbus::zvariant::OwnedFd;

    #[zbus::proxy(
        interface = "org.freedesktop.login1.Manager",
        default_service = "org.freedesktop.login1",
        default_path = "/org/freedesktop/login1"
    )]
    trait LogIn {
        /// Holds sleep up until the answer is dropped, a few seconds at most.
        fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;

        #[zbus(signal)]
        fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
    }

    /// Locks before every sleep and wakes the tasks after it.
    pub(super) async fn follow(app: &App) -> zbus::Result<()> {
        let bus = zbus::Connection::system().await?;
        let manager = LogInProxy::new(&bus).await?;
        let mut told = manager.receive_prepare_for_sleep().await?;
        let mut delay = hold_up(&manager).await;
        while let Some(signal) = told.next().await {
            if signal.args()?.start {
                app.lock_before_sleep();
                drop(delay.take());
            } else {
                app.wake();
                delay = hold_up(&manager).await;
            }
        }
        Ok(())
    }

    /// Without it the system may be asleep before the desk is locked; it is locked on waking then.
    async fn hold_up(manager: &LogInProxy<'_>) -> Option<OwnedFd> {
        let held = manager
            .inhibit("sleep", "Tern", "The desk is being locked", "delay")
            .await;
        held.inspect_err(|error| tracing::info!(%error, "sleep cannot be held up for the lock"))
            .ok()
    }
}
