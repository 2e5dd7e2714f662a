//! The connection to the system's keychain.
//!
//! On Linux the keychain is another program on the session bus, which can come, go and come again while Tern
//! runs. `keyring` connects to it once per process; here the connection is our own and can be renewed.

#[cfg(target_os = "linux")]
pub(super) use bus::Link;
#[cfg(not(target_os = "linux"))]
pub(super) use system::Link;

#[cfg(target_os = "linux")]
mod bus {
    use std::sync::{Arc, Mutex, PoisonError};

    use keyring::{Entry, Error};
    use keyring_core::api::CredentialStoreApi as _;
    use zbus_secret_service_keyring_store::Store;

    /// The connection, once there is one.
    #[derive(Default)]
    pub(crate) struct Link {
        store: Mutex<Option<Arc<Store>>>,
    }

    impl Link {
        /// A handle for one entry; nothing is asked yet.
        pub(crate) fn entry(&self, service: &str, name: &str) -> Result<Entry, Error> {
            let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
            let store = match &*store {
                Some(store) => Arc::clone(store),
                None => {
                    let fresh = Store::new().map_err(|cause| {
                        tracing::debug!(%cause, "no keyring program answers");
                        Error::NoDefaultStore
                    })?;
                    Arc::clone(store.insert(fresh))
                }
            };
            let inner = store.build(service, name, None)?;
            Ok(Entry { inner })
        }

        /// Forgets the connection: the next question makes a new one.
        pub(crate) fn renew(&self) {
            *self.store.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use keyring::{Entry, Error};

    /// The keychain is part of the system: there is nothing to connect to.
    #[derive(Default)]
    pub(crate) struct Link;

    impl Link {
        pub(crate) fn entry(&self, service: &str, name: &str) -> Result<Entry, Error> {
            Entry::new(service, name)
        }

        pub(crate) fn renew(&self) {}
    }
}
