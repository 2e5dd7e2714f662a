//! Opening and closing the gateway as the app's account and settings say.
//!
//! Owns the wish to be open: there is a public address and an auth token. It refuses to guess when that changes;
//! change events tell it to ask again. A port that is taken is told to the app, for its windows, and tried again
//! now and then, since polling brings every text meanwhile.

use std::io;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret;
use tern_app::{App, Change, ChangeEvent, WebhookCredentials, WebhookDoor};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::config::{GatewayConfig, GatewayError, PublicUrl};
use crate::server::Gateway;
use crate::sink::{NotStored, WebhookSink};

/// The loopback port that a tunnel is pointed at.
pub const DEFAULT_PORT: u16 = 8476;

/// Between two attempts at a port that could not be opened.
const TRY_AGAIN: Duration = Duration::from_secs(5);

#[async_trait]
impl WebhookSink for App {
    async fn inbound(&self, form: Vec<(String, String)>) -> Result<(), NotStored> {
        self.ingest_webhook(form).await.map_err(|_| NotStored)
    }

    async fn status(&self, form: Vec<(String, String)>) -> Result<(), NotStored> {
        self.ingest_status_callback(form)
            .await
            .map_err(|_| NotStored)
    }
}

/// Keeps the gateway open on `port` whenever the app can verify webhooks, until `stop` is cancelled.
pub async fn keep_open(app: App, port: u16, stop: CancellationToken) {
    let mut changes = app.subscribe();
    while !stop.is_cancelled() {
        let wanted = app.webhook_credentials().await;
        let close = stop.child_token();
        let open = open_for(&app, port, wanted.as_ref(), close.clone());
        tokio::pin!(open);
        tokio::select! {
            () = &mut open => {}
            () = until_changed(&app, &mut changes, wanted.as_ref()) => {
                close.cancel();
                open.await;
            }
        }
    }
}

/// Serves, or stays closed, until `close` is cancelled.
async fn open_for(
    app: &App,
    port: u16,
    wanted: Option<&WebhookCredentials>,
    close: CancellationToken,
) {
    let Some(wanted) = wanted else {
        app.webhook_door(WebhookDoor::Closed);
        return close.cancelled().await;
    };
    while let Err(error) = serve(app, port, wanted, close.clone()).await {
        tracing::error!(%error, port, "the gateway stays closed");
        app.webhook_door(match error {
            GatewayError::Listen(error) if error.kind() == io::ErrorKind::AddrInUse => {
                WebhookDoor::PortTaken { port }
            }
            _ => WebhookDoor::Failed { port },
        });
        tokio::select! {
            () = close.cancelled() => return,
            () = tokio::time::sleep(TRY_AGAIN) => {}
        }
    }
    close.cancelled().await;
}

async fn serve(
    app: &App,
    port: u16,
    wanted: &WebhookCredentials,
    close: CancellationToken,
) -> Result<(), GatewayError> {
    let public_url = PublicUrl::parse(&wanted.public_base_url)?;
    let config = GatewayConfig::new(public_url, Some(wanted.auth_token.clone()), None)?;
    let gateway = Gateway::bind(port).await?;
    tracing::info!(port, "the gateway is open");
    app.webhook_door(WebhookDoor::Open { port });
    gateway
        .serve(config, std::sync::Arc::new(app.clone()), close)
        .await
}

async fn until_changed(
    app: &App,
    changes: &mut Receiver<ChangeEvent>,
    current: Option<&WebhookCredentials>,
) {
    loop {
        match changes.recv().await {
            Ok(event) if !matters(&event.change) => continue,
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
        if !is_same(app.webhook_credentials().await.as_ref(), current) {
            return;
        }
    }
}

fn matters(change: &Change) -> bool {
    matches!(
        change,
        Change::Status | Change::Settings | Change::Everything
    )
}

fn is_same(one: Option<&WebhookCredentials>, other: Option<&WebhookCredentials>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            one.account_sid == other.account_sid
                && one.public_base_url == other.public_base_url
                && one.auth_token.expose_secret() == other.auth_token.expose_secret()
        }
        _ => false,
    }
}
