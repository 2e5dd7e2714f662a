//! The answer to come: a future that needs no particular runtime, and that a plain thread can wait for too.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use futures_channel::oneshot;

use crate::error::StoreError;

/// The result of an operation that runs on one of the store's threads.
///
/// Dropping it does not stop the operation: a write that was asked for is carried out.
#[derive(Debug)]
#[must_use = "an answer tells whether the operation worked"]
pub struct Answer<T>(oneshot::Receiver<Result<T, StoreError>>);

/// The other end of an [`Answer`].
#[derive(Debug)]
pub(crate) struct Reply<T>(oneshot::Sender<Result<T, StoreError>>);

/// Both ends. A reply that is dropped unsent answers [`StoreError::Closed`].
pub(crate) fn reply_pair<T>() -> (Reply<T>, Answer<T>) {
    let (sender, receiver) = oneshot::channel();
    (Reply(sender), Answer(receiver))
}

impl<T> Reply<T> {
    /// Answers. Nobody may be listening any more, which is fine.
    pub(crate) fn send(self, result: Result<T, StoreError>) {
        let _ = self.0.send(result);
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<T, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0)
            .poll(context)
            .map(|received| received.unwrap_or(Err(StoreError::Closed)))
    }
}

/// Wakes a thread that waits in [`Answer::wait`].
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.unpark();
    }
}

impl<T> Answer<T> {
    /// Waits on this thread. Not for async code: it blocks.
    ///
    /// # Errors
    /// Whatever the operation failed with.
    pub fn wait(mut self) -> Result<T, StoreError> {
        let waker = Waker::from(std::sync::Arc::new(Unpark(std::thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            match Pin::new(&mut self).poll(&mut context) {
                Poll::Ready(result) => return result,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}
