//! A TCP connection that can be made to misbehave while it carries an answer.
use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells a connection to misbehave; travels with each of its requests.
#[derive(Clone, Default)]
pub(crate) struct ConnectionControl {
    reset: Arc<AtomicBool>,
    pause: Arc<Mutex<Option<Pause>>>,
}

impl ConnectionControl {
    /// From now on nothing is written; the peer sees a reset.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::SeqCst);
    }

    /// Writes the first bytes of the next answer, and the rest after `pause`.
    pub(crate) fn pause_in_head(&self, pause: impl Future<Output = ()> + Send + 'static) {
        *self.pause.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::pin(pause));
    }
}

/// The stream handed to hyper.
pub(crate) struct MisbehavingStream {
    inner: TcpStream,
    control: ConnectionControl,
    /// Set once the first bytes of a paused answer are out.
    paused: Option<Pause>,
}

/// `HTTP/1.1 `: enough for a client to know that an answer has begun.
const BEGINNING: usize = 9;

impl MisbehavingStream {
    pub(crate) fn new(inner: TcpStream, control: ConnectionControl) -> Self {
        Self {
            inner,
            control,
            paused: None,
        }
    }

    fn check_reset(&self) -> io::Result<()> {
        if self.control.reset.load(Ordering::SeqCst) {
            // With no time to linger, closing sends RST instead of FIN.
            self.inner.set_zero_linger()?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for MisbehavingStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check_reset()?;
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for MisbehavingStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check_reset()?;
        if let Some(pause) = &mut self.paused {
            ready!(pause.as_mut().poll(cx));
            self.paused = None;
        }
        let pause = self
            .control
            .pause
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(pause) = pause {
            self.paused = Some(pause);
            let beginning = &data[..data.len().min(BEGINNING)];
            return Pin::new(&mut self.inner).poll_write(cx, beginning);
        }
        Pin::new(&mut self.inner).poll_write(cx, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check_reset()?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check_reset()?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
