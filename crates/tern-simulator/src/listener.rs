//! The carrier's side of the wire: a listener whose connections can be cut. Owns resets and refusals;
//! which request deserves one is decided in `api::gate`. Real sockets, because a client's reading of
//! "connection reset" is exactly what the fault suites are about.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Whether the network between the laptop and the carrier works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// Connections are accepted.
    Up,
    /// The port is closed: a client cannot connect, so nothing it wanted to send has left.
    Refusing,
}

/// Opens and closes the API port, and cuts the connections that are open.
#[derive(Debug)]
pub(crate) struct NetworkSwitch {
    state: watch::Sender<Network>,
    epoch: Mutex<CancellationToken>,
}

impl Default for NetworkSwitch {
    fn default() -> Self {
        Self {
            state: watch::Sender::new(Network::Up),
            epoch: Mutex::default(),
        }
    }
}

impl NetworkSwitch {
    /// Sets the state; going down also cuts every open connection.
    pub(crate) fn turn(&self, network: Network) {
        self.state.send_replace(network);
        if network == Network::Refusing {
            self.cut_all();
        }
    }

    /// Whether the port is open.
    pub(crate) fn state(&self) -> Network {
        *self.state.borrow()
    }

    /// Cuts every open connection.
    pub(crate) fn cut_all(&self) {
        let mut epoch = self.epoch.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *epoch).cancel();
    }

    fn connection(&self) -> CancellationToken {
        self.epoch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .child_token()
    }
}

/// Lets a request's code cut the connection that it came on.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    cut: CancellationToken,
}

impl Connection {
    /// Resets the connection: whatever is answered after this never reaches the client.
    pub(crate) fn cut(&self) {
        self.cut.cancel();
    }
}

/// A listener that hands out connections that can be cut, and that can stop listening for a while.
#[derive(Debug)]
pub(crate) struct PracticeListener {
    address: SocketAddr,
    socket: Option<TcpListener>,
    switch: std::sync::Arc<NetworkSwitch>,
}

impl PracticeListener {
    /// Binds a loopback port.
    pub(crate) async fn bind(port: u16, switch: std::sync::Arc<NetworkSwitch>) -> io::Result<Self> {
        let socket = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port)).await?;
        Ok(Self {
            address: socket.local_addr()?,
            socket: Some(socket),
            switch,
        })
    }

    /// The address that clients use, also while the port is closed.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    async fn next_stream(&mut self) -> TcpStream {
        let mut state = self.switch.state.subscribe();
        loop {
            if *state.borrow_and_update() == Network::Refusing {
                self.socket = None;
                // The sender lives in `self.switch`, so waiting cannot fail.
                let _ = state.wait_for(|network| *network == Network::Up).await;
                continue;
            }
            let Some(socket) = &self.socket else {
                match TcpListener::bind(self.address).await {
                    Ok(socket) => self.socket = Some(socket),
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
                continue;
            };
            tokio::select! {
                _ = state.changed() => {}
                accepted = socket.accept() => match accepted {
                    Ok((stream, _)) => {
                        // Best effort: without it a small answer may wait for the peer's acknowledgement.
                        let _ = stream.set_nodelay(true);
                        return stream;
                    }
                    // Out of descriptors or a connection that died in the backlog: neither ends the listener.
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        }
    }
}

impl Listener for PracticeListener {
    type Io = PracticeStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let stream = self.next_stream().await;
        (
            PracticeStream::new(stream, self.switch.connection()),
            self.address,
        )
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

/// A TCP stream that turns into an error, and resets the peer, once it is cut.
#[derive(Debug)]
pub(crate) struct PracticeStream {
    inner: TcpStream,
    connection: Connection,
    was_cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl PracticeStream {
    fn new(inner: TcpStream, cut: CancellationToken) -> Self {
        let was_cut = Box::pin(cut.clone().cancelled_owned());
        Self {
            inner,
            connection: Connection { cut },
            was_cut,
        }
    }

    fn check(&self) -> io::Result<()> {
        if self.connection.cut.is_cancelled() {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(())
        }
    }
}

impl AsyncRead for PracticeStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.was_cut.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for PracticeStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl Drop for PracticeStream {
    fn drop(&mut self) {
        if self.connection.cut.is_cancelled() {
            // Best effort: without it the client sees an orderly end instead of a reset.
            let _ = self.inner.set_zero_linger();
        }
    }
}

impl Connected<IncomingStream<'_, PracticeListener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, PracticeListener>) -> Self {
        stream.io().connection.clone()
    }
}
