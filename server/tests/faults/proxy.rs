//! A way between the portal and a server that can be spoiled while it is used.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Connections are closed at once, those that were open too.
    Refused,
    /// Connections stay, and everything sent on them is swallowed.
    BlackHole,
    /// Each piece is held up for so long.
    Slow(Duration),
}

#[derive(Debug)]
pub struct Proxy {
    pub addr: SocketAddr,
    way: watch::Sender<Way>,
}

impl Proxy {
    /// Leads to a server.
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (way, told) = watch::channel(Way::Open);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(lead(near, server, told.clone()));
            }
        });
        Self { addr, way }
    }

    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    /// Breaks every connection that is open; new ones are let through.
    pub async fn cut(&self) {
        self.set(Way::Refused);
        tokio::time::sleep(Duration::from_millis(20)).await;
        self.set(Way::Open);
    }
}

async fn lead(near: TcpStream, server: SocketAddr, way: watch::Receiver<Way>) {
    if *way.borrow() == Way::Refused {
        return;
    }
    let Ok(far) = TcpStream::connect(server).await else { return };
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let (near_read, near_write) = near.into_split();
    let (far_read, far_write) = far.into_split();
    tokio::select! {
        () = carry(near_read, far_write, way.clone()) => {}
        () = carry(far_read, near_write, way) => {}
    }
}

async fn carry(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut way: watch::Receiver<Way>,
) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            _ = way.wait_for(|way| *way == Way::Refused) => return,
        };
        let Ok(count @ 1..) = read else { return };
        let now = *way.borrow();
        match now {
            Way::Open => {}
            Way::Refused => return,
            Way::BlackHole => continue,
            Way::Slow(pause) => tokio::time::sleep(pause).await,
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
