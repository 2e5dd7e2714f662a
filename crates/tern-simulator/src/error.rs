//! What can go wrong when the practice line starts. Owns no carrier error: those are answers on the
//! wire, not failures of the simulator.

/// The practice line could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// The loopback port could not be bound, for example because something else listens on it.
    #[error("could not listen on the loopback port")]
    Listen(#[source] std::io::Error),
    /// The client for webhooks and media could not be built.
    #[error("could not build the client for webhooks and media")]
    WebhookClient(#[source] reqwest::Error),
    /// A value of the configuration cannot be used; the text names the field.
    #[error("cannot use the configured {field}")]
    Config {
        /// The field of [`SimulatorConfig`](crate::SimulatorConfig).
        field: &'static str,
    },
}
