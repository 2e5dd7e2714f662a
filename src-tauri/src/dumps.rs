//! No image of this process's memory is written when it crashes, nor of the web view's, which inherits the limit:
//! it would hold texts, and the key of the file, in clear.

use rustix::process::{Resource, Rlimit, setrlimit};

/// From here on a crash leaves nothing on the disk.
pub(crate) fn refuse() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    // A system that refuses to lower a limit has no such dumps either.
    let _refused = setrlimit(Resource::Core, none);
}
