//! Being asked to leave.

use std::io;

use crate::end::Exit;

/// Resolves with the first SIGINT or SIGTERM.
#[cfg(unix)]
pub(crate) fn asked_to_leave() -> io::Result<impl Future<Output = Exit>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => Exit::Interrupted,
            _ = terminate.recv() => Exit::Terminated,
        }
    })
}

/// Resolves with Ctrl-C.
#[cfg(not(unix))]
pub(crate) fn asked_to_leave() -> io::Result<impl Future<Output = Exit>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
        Exit::Interrupted
    })
}
