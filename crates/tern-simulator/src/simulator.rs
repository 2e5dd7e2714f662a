//! A running practice line: starting, addressing and stopping it. Owns its sockets and tasks; when it
//! is dropped they end.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::SimClock;
use crate::config::{PracticeAccount, SimulatorConfig};
use crate::control;
use crate::error::SimulatorError;
use crate::exchange::{self, Exchange};
use crate::history;
use crate::listener::{Connection, NetworkSwitch, PracticeListener};
use crate::sid::SidMint;
use crate::state::Carrier;

/// How long open requests may take to end at shutdown.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);

/// A practice line that answers on loopback until it is shut down or dropped.
pub struct Simulator {
    base_url: String,
    control_url: String,
    account: PracticeAccount,
    exchange: Exchange,
    /// The switches of both ports.
    switches: [Arc<NetworkSwitch>; 2],
}

impl Simulator {
    /// Starts a practice line. Must be called in a Tokio runtime.
    ///
    /// # Errors
    /// When the port is taken, the configuration cannot be used, or no HTTP client can be built.
    pub async fn start(config: SimulatorConfig) -> Result<Self, SimulatorError> {
        let mut sids = SidMint::new(config.seed);
        let account = PracticeAccount::settle(&config, &mut sids)?;
        let client = exchange::default_client().map_err(SimulatorError::WebhookClient)?;
        let network = Arc::new(NetworkSwitch::default());
        let api = PracticeListener::bind(config.port, Arc::clone(&network))
            .await
            .map_err(SimulatorError::Listen)?;
        // The control port never closes, so its switch is its own.
        let control_switch = Arc::new(NetworkSwitch::default());
        let control = PracticeListener::bind(0, Arc::clone(&control_switch))
            .await
            .map_err(SimulatorError::Listen)?;
        let base_url = format!("http://{}", api.address());
        let control_url = format!("http://{}", control.address());
        let clock = SimClock::default();
        let now = clock.now();
        let mut carrier = Carrier::new(&config, account.clone(), sids, base_url.clone(), now);
        if let Some(plan) = &config.history {
            history::seed(&mut carrier, plan, now);
        }
        let exchange = Exchange::new(
            carrier,
            clock,
            Arc::clone(&network),
            client,
            config.allowed_origins,
            config.max_concurrent_requests,
        );
        exchange.run_timers();
        serve(&exchange, api, control::full_router(exchange.clone()));
        serve(
            &exchange,
            control,
            control::control_router(exchange.clone()),
        );
        tracing::info!(%base_url, "practice line started");
        Ok(Self {
            base_url,
            control_url,
            account,
            exchange,
            switches: [network, control_switch],
        })
    }

    /// The address of the API, the CDN and the control surface, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// A second address of the control surface, which stays open while a fault has closed the first.
    #[must_use]
    pub fn control_url(&self) -> &str {
        &self.control_url
    }

    /// The account as it was at the start; `/sim/account` shows rotated secrets.
    #[must_use]
    pub fn account(&self) -> &PracticeAccount {
        &self.account
    }

    /// Stops answering, cuts what is left open after a short grace, and waits for every task.
    pub async fn shutdown(self) {
        self.exchange.stop();
        // A peer that never reads must not keep the practice line from ending: dropping `self` cuts it off.
        let _ = tokio::time::timeout(SHUTDOWN_GRACE, self.exchange.ended()).await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.exchange.stop();
        for switch in &self.switches {
            switch.cut_all();
        }
    }
}

fn serve(exchange: &Exchange, listener: PracticeListener, router: axum::Router) {
    let service = router.into_make_service_with_connect_info::<Connection>();
    let stopped = exchange.stopped();
    exchange.track(async move {
        // Serving ends with the token; axum's loop itself cannot fail.
        let _ = axum::serve(listener, service)
            .with_graceful_shutdown(stopped)
            .await;
    });
}
