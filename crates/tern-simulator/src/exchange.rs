//! The running carrier: its state behind one lock, its clock, and the tasks that carry out effects.
//! Owns every task it starts; the lock is never held across an await.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Client;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{Moment, SimClock};
use crate::listener::NetworkSwitch;
use crate::media_fetch;
use crate::state::timers::Due;
use crate::state::{Carrier, Effect};
use crate::webhooks;

/// A handle on the running carrier; clones share it.
#[derive(Clone)]
pub(crate) struct Exchange {
    inner: Arc<Inner>,
}

struct Inner {
    carrier: Mutex<Carrier>,
    clock: SimClock,
    timers_changed: Notify,
    network: Arc<NetworkSwitch>,
    client: Client,
    allowed_origins: Vec<String>,
    max_concurrent: usize,
    in_flight: std::sync::atomic::AtomicUsize,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Counts one API request as in flight until dropped.
pub(crate) struct InFlight<'a> {
    exchange: &'a Exchange,
    /// Requests in flight, this one included.
    pub(crate) count: usize,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.exchange
            .inner
            .in_flight
            .fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Exchange {
    /// A carrier that is not running yet.
    pub(crate) fn new(
        carrier: Carrier,
        clock: SimClock,
        network: Arc<NetworkSwitch>,
        client: Client,
        allowed_origins: Vec<String>,
        max_concurrent: usize,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                carrier: Mutex::new(carrier),
                clock,
                timers_changed: Notify::new(),
                network,
                client,
                allowed_origins,
                max_concurrent,
                in_flight: std::sync::atomic::AtomicUsize::new(0),
                stop: CancellationToken::new(),
                tasks: TaskTracker::new(),
            }),
        }
    }

    /// Runs the timers until stopped.
    pub(crate) fn run_timers(&self) {
        let exchange = self.clone();
        self.spawn(async move {
            loop {
                let changed = exchange.inner.timers_changed.notified();
                let next = exchange.act(|carrier, now| {
                    let mut effects = Vec::new();
                    while let Some((at, due)) = carrier.timers.take(now) {
                        match due {
                            Due::Step(message) => effects.extend(carrier.step(message, at)),
                            Due::ReleaseHeldWebhook => {
                                effects.extend(carrier.release_held_webhook())
                            }
                        }
                    }
                    (effects, carrier.timers.next().map(|next| now.until(next)))
                });
                match next {
                    None => changed.await,
                    Some(delay) => {
                        // Rounded up: waking a fraction early would only spin.
                        let delay = delay + Duration::from_millis(1);
                        tokio::select! { () = changed => {}, () = tokio::time::sleep(delay) => {} }
                    }
                }
            }
        });
    }

    /// Reads or changes the state without consequences outside it.
    pub(crate) fn look<R>(&self, act: impl FnOnce(&mut Carrier, Moment) -> R) -> R {
        let mut carrier = self
            .inner
            .carrier
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Read under the lock, so that two rows never get times in the wrong order.
        let now = self.inner.clock.now();
        act(&mut carrier, now)
    }

    /// Changes the state and carries out what follows from it.
    pub(crate) fn act<R>(&self, act: impl FnOnce(&mut Carrier, Moment) -> (Vec<Effect>, R)) -> R {
        let (effects, result, timers_moved) = self.look(|carrier, now| {
            let before = carrier.timers.next();
            let (effects, result) = act(carrier, now);
            (effects, result, carrier.timers.next() != before)
        });
        if timers_moved {
            self.inner.timers_changed.notify_one();
        }
        self.carry_out(effects);
        result
    }

    /// Starts a task for each effect. Not part of [`Self::act`], whose generic code would otherwise hold
    /// tasks that hold itself without end.
    fn carry_out(&self, effects: Vec<Effect>) {
        for effect in effects {
            let exchange = self.clone();
            match effect {
                Effect::Webhook(job) => self.spawn(webhooks::deliver(exchange, *job)),
                Effect::FetchMedia { message, urls } => self.spawn(async move {
                    let fetched = media_fetch::fetch_all(&exchange.inner.client, &urls).await;
                    exchange.act(|carrier, now| (carrier.media_fetched(message, fetched, now), ()));
                }),
            }
        }
    }

    /// Moves simulated time forward and wakes whatever that makes due.
    pub(crate) fn advance_clock(&self, by: Duration) {
        self.inner.clock.advance(by);
        self.inner.timers_changed.notify_one();
    }

    /// The simulated clock.
    pub(crate) fn clock(&self) -> &SimClock {
        &self.inner.clock
    }

    /// The switch of the API port.
    pub(crate) fn network(&self) -> &NetworkSwitch {
        &self.inner.network
    }

    /// Whether laptop and carrier are cut off from each other.
    pub(crate) fn network_is_off(&self) -> bool {
        self.look(|carrier, _| carrier.faults.network_off().is_some())
    }

    /// Whether a web page of that origin may talk to the practice line.
    pub(crate) fn admits_origin(&self, origin: &str) -> bool {
        self.inner
            .allowed_origins
            .iter()
            .any(|allowed| allowed == origin)
    }

    /// Counts a request in; `None` when too many are in flight already.
    pub(crate) fn enter(&self) -> Option<InFlight<'_>> {
        let count = self
            .inner
            .in_flight
            .fetch_add(1, std::sync::atomic::Ordering::SeqCst)
            + 1;
        let entered = InFlight {
            exchange: self,
            count,
        };
        (count <= self.inner.max_concurrent).then_some(entered)
    }

    /// The key that signs webhooks.
    pub(crate) fn auth_token(&self) -> String {
        self.look(|carrier, _| carrier.account.auth_token.clone())
    }

    /// The client for fetching media.
    pub(crate) fn client(&self) -> &Client {
        &self.inner.client
    }

    /// A client with that connect timeout; none when it cannot be built.
    pub(crate) fn webhook_client(&self, connect_timeout: Duration) -> Option<Client> {
        if connect_timeout == CONNECT_TIMEOUT {
            return Some(self.inner.client.clone());
        }
        build_client(connect_timeout).ok()
    }

    /// Starts a task that ends when the practice line stops.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.inner.stop.clone();
        self.inner.tasks.spawn(async move {
            let _ = stop.run_until_cancelled(task).await;
        });
    }

    /// Resolves when the practice line stops.
    pub(crate) fn stopped(&self) -> impl Future<Output = ()> + Send + 'static {
        self.inner.stop.clone().cancelled_owned()
    }

    /// Starts a task that ends by itself once the practice line stops.
    pub(crate) fn track(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.inner.tasks.spawn(task);
    }

    /// Tells every task to end.
    pub(crate) fn stop(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
    }

    /// Waits until every task has ended.
    pub(crate) async fn ended(&self) {
        self.inner.tasks.wait().await;
    }
}

/// Twilio's default for webhooks.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The client for webhooks and media with Twilio's default timeouts.
pub(crate) fn default_client() -> reqwest::Result<Client> {
    build_client(CONNECT_TIMEOUT)
}

fn build_client(connect_timeout: Duration) -> reqwest::Result<Client> {
    Client::builder()
        .connect_timeout(connect_timeout)
        // A proxy from the environment would carry practice traffic off the machine.
        .no_proxy()
        // Every webhook is a connection of its own at Twilio, so that a retry is told from a first try.
        .pool_max_idle_per_host(0)
        .build()
}
