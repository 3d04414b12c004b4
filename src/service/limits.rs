//! How many connections there are, from each peer and in all.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Connections in all: each holds a buffer and a body of at most a mebibyte.
const IN_ALL: usize = 256;

/// Connections from one peer: an office behind one address, where each takes a moment.
const FROM_ONE: usize = 32;

/// The connections there are, by peer.
#[derive(Clone, Default)]
pub(super) struct Limits(Arc<Mutex<BTreeMap<IpAddr, usize>>>);

/// A connection that counts as long as this lives.
#[must_use = "the place is given up when this is dropped"]
pub(super) struct Place {
    limits: Limits,
    peer: IpAddr,
}

impl Limits {
    /// A place for one more connection from `address`, if there is one.
    pub(super) fn enter(&self, address: IpAddr) -> Option<Place> {
        let peer = peer_of(address);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let in_all: usize = counts.values().sum();
        let from_peer = counts.entry(peer).or_default();
        if IN_ALL <= in_all || FROM_ONE <= *from_peer {
            counts.retain(|_peer, count| 0 < *count);
            return None;
        }
        *from_peer += 1;
        Some(Place {
            limits: self.clone(),
            peer,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.limits.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.peer) {
            *count = count.saturating_sub(1);
        }
        counts.retain(|_peer, count| 0 < *count);
    }
}

/// Whoever has one IPv6 address has its whole network of 64 bits.
fn peer_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => IpAddr::V4(mapped),
            None => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        },
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn one_peer_can_not_take_every_place_nor_all_together_more_than_there_are() {
        let limits = Limits::default();
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let same: IpAddr = "2001:db8::2".parse().unwrap();
        let places: Vec<Option<Place>> = (0..FROM_ONE).map(|_| limits.enter(one)).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(limits.enter(same).is_none(), "the same network");
        let others = |number: usize| {
            let octets = u32::try_from(number).unwrap();
            limits.enter(IpAddr::V4(octets.into()))
        };
        let rest: Vec<Option<Place>> = (FROM_ONE..IN_ALL).map(others).collect();
        assert!(rest.iter().all(Option::is_some));
        assert!(others(IN_ALL).is_none());
        drop(places);
        assert!(others(IN_ALL).is_some());
        drop(rest);
        assert!(limits.0.lock().unwrap().is_empty());
    }
}
