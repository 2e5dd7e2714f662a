//! Loopback HTTP endpoints that Twilio's webhooks reach through a tunnel.
