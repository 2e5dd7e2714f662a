//! Where this line's outgoing pictures go, changeable while the engine runs.
//!
//! The engine is given one host for its whole life; a setting that changes must not end it.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use tern_engine::{HttpPutMediaHost, MediaHost, MediaHostError, NoMediaHost, OutgoingMedia};
use url::Url;

/// Hands pictures to whatever host is set up at the moment.
pub(crate) struct PicturesHost {
    current: RwLock<Option<Arc<dyn MediaHost>>>,
}

impl PicturesHost {
    pub(crate) fn new(host: Option<Arc<dyn MediaHost>>) -> Self {
        Self {
            current: RwLock::new(host),
        }
    }

    /// Whether pictures can be sent at all.
    pub(crate) fn is_set_up(&self) -> bool {
        self.host().is_some()
    }

    /// Changes to a folder on the web; `None` = no place.
    pub(crate) fn change(&self, base: Option<&str>) {
        let host = base
            .and_then(|text| Url::parse(text).ok())
            .and_then(|url| HttpPutMediaHost::new(url).ok())
            .map(|host| Arc::new(host) as Arc<dyn MediaHost>);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = host;
    }

    fn host(&self) -> Option<Arc<dyn MediaHost>> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[async_trait]
impl MediaHost for PicturesHost {
    async fn publish(&self, media: &OutgoingMedia) -> Result<Url, MediaHostError> {
        match self.host() {
            Some(host) => host.publish(media).await,
            None => NoMediaHost.publish(media).await,
        }
    }
}
