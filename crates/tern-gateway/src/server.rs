//! The listening socket.
//!
//! Owns it on loopback only: there is no setting that opens it to a network, because the tunnel in front
//! brings the certificate. It refuses to spawn itself; its owner runs and ends it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::{GatewayConfig, GatewayError};
use crate::routes::router;
use crate::sink::WebhookSink;

/// An open port that waits to be served.
#[derive(Debug)]
pub struct Gateway {
    listener: TcpListener,
    address: SocketAddr,
}

impl Gateway {
    /// Opens a port on 127.0.0.1 (0 picks a free one), so that a taken one is known before Twilio is told to
    /// call it.
    ///
    /// # Errors
    /// [`GatewayError::Listen`].
    pub async fn bind(port: u16) -> Result<Self, GatewayError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(GatewayError::Listen)?;
        let address = listener.local_addr().map_err(GatewayError::Listen)?;
        Ok(Self { listener, address })
    }

    /// Where it listens; a tunnel is pointed at this.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is cancelled; requests under way are answered first.
    ///
    /// # Errors
    /// [`GatewayError::Serve`].
    pub async fn serve(
        self,
        config: GatewayConfig,
        sink: Arc<dyn WebhookSink>,
        stop: CancellationToken,
    ) -> Result<(), GatewayError> {
        axum::serve(self.listener, router(config, sink))
            .with_graceful_shutdown(stop.cancelled_owned())
            .await
            .map_err(GatewayError::Serve)
    }
}
