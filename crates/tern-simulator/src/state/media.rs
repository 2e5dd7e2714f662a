//! Bytes of pictures: those of messages and those uploaded for sending. Owns the practice CDN's
//! short-lived addresses. A deleted item leaves the API but stays on the handset that received it.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;

use crate::clock::Moment;
use crate::sid::Sid;
use crate::signature::hmac_sha1;

/// How long a CDN address works, in simulated time.
pub(crate) const CDN_LIFETIME: Duration = Duration::from_secs(4 * 3600);

/// One stored file.
#[derive(Clone, Debug)]
pub(crate) struct MediaItem {
    pub(crate) sid: Sid,
    /// The message it belongs to; none for an upload that no message has taken up.
    pub(crate) parent: Option<Sid>,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
    pub(crate) created: Moment,
    pub(crate) deleted: bool,
}

/// All stored files.
#[derive(Debug)]
pub(crate) struct MediaStore {
    items: HashMap<Sid, MediaItem>,
    cdn_key: String,
}

impl MediaStore {
    /// An empty store whose CDN addresses are signed with `cdn_key`.
    pub(crate) fn new(cdn_key: String) -> Self {
        Self {
            items: HashMap::new(),
            cdn_key,
        }
    }

    /// Stores a file.
    pub(crate) fn insert(&mut self, item: MediaItem) {
        self.items.insert(item.sid, item);
    }

    /// The file, deleted from the API or not.
    pub(crate) fn kept(&self, sid: Sid) -> Option<&MediaItem> {
        self.items.get(&sid)
    }

    /// The file as the API knows it: of that message, and not deleted.
    pub(crate) fn find(&self, parent: Sid, sid: Sid) -> Option<&MediaItem> {
        self.items
            .get(&sid)
            .filter(|item| item.parent == Some(parent) && !item.deleted)
    }

    /// Takes the file out of the API; false when it was not there.
    pub(crate) fn delete(&mut self, parent: Sid, sid: Sid) -> bool {
        match self.items.get_mut(&sid) {
            Some(item) if item.parent == Some(parent) && !item.deleted => {
                item.deleted = true;
                true
            }
            _ => false,
        }
    }

    /// The path and query under which the practice CDN serves `sid` for [`CDN_LIFETIME`].
    pub(crate) fn cdn_path(&self, sid: Sid, now: Moment) -> String {
        let expires = now.plus(CDN_LIFETIME).as_millis() / 1000;
        format!(
            "/cdn/{sid}?Expires={expires}&Signature={}",
            self.cdn_signature(sid, expires)
        )
    }

    /// Whether a CDN address is genuine and has not expired.
    pub(crate) fn cdn_admits(&self, sid: Sid, expires: i64, signature: &str, now: Moment) -> bool {
        signature == self.cdn_signature(sid, expires) && now.as_millis() / 1000 <= expires
    }

    fn cdn_signature(&self, sid: Sid, expires: i64) -> String {
        hex::encode(hmac_sha1(
            self.cdn_key.as_bytes(),
            format!("{sid}.{expires}").as_bytes(),
        ))
    }
}
