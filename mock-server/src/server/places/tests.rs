use http::Version;

use super::*;
use crate::Config;

const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn places(connections: usize) -> Arc<Places> {
    let app = App::new(Config::default()).unwrap();
    let bounds = Bounds {
        connections,
        per_client: None,
        makes_room: true,
        streams: 1,
    };
    Arc::new(Places::new(app, bounds))
}

/// A connection that has got a response.
fn idle(places: &Arc<Places>) -> Place {
    let place = places.enter(CLIENT).unwrap();
    place.activity.begin(Version::HTTP_11);
    place.activity.end(true);
    place
}

/// A connection with a request in progress, held by a fault of an organization if one is given.
fn busy(places: &Arc<Places>, holder: Option<&str>) -> Place {
    let place = places.enter(CLIENT).unwrap();
    place.activity.begin(Version::HTTP_11);
    if let Some(name) = holder {
        place.activity.wire.hold_for(&name.into());
    }
    place
}

fn closed(open: &[Place]) -> Vec<usize> {
    let numbers = 0..open.len();
    numbers
        .filter(|number| open[*number].activity.is_closed())
        .collect()
}

#[test]
fn evicts_the_longest_idle_connection_that_has_no_request_first() {
    let places = places(4);
    let mut open = vec![idle(&places), busy(&places, None), idle(&places)];
    open.push(places.enter(CLIENT).unwrap());
    for gone in [&[3][..], &[0, 3], &[0, 2, 3]] {
        assert_eq!(closed(&open).len() + 1, gone.len());
        let new = busy(&places, None);
        assert!(!new.is_guest.load(Ordering::Relaxed));
        assert_eq!(closed(&open), gone);
        open.push(new);
    }
    // None can be closed: the next connection is a guest until it has a place.
    let guest = places.enter(CLIENT).unwrap();
    assert!(guest.admits(true) && !guest.admits(false));
    open[1].activity.end(true);
    assert!(guest.admits(false));
    assert_eq!(closed(&open), [0, 1, 2, 3]);
}

#[test]
fn evicts_connections_held_by_faults_only_above_the_share_of_the_organization() {
    let places = places(6);
    let open: Vec<_> = ["a", "a", "a", "b", "b", "b"]
        .map(|name| busy(&places, Some(name)))
        .into();
    let _new = [busy(&places, Some("c")), busy(&places, Some("c"))];
    let gone = closed(&open);
    assert_eq!(gone.len(), 2, "{gone:?}");
    // One of each is closed: two are left to each of the three.
    assert!(gone.contains(&0) && gone.contains(&3), "{gone:?}");
    let places = self::places(6);
    let mut open: Vec<_> = ["a"; 6].map(|name| busy(&places, Some(name))).into();
    for _ in 0..3 {
        open.push(busy(&places, None));
    }
    assert_eq!(closed(&open), [0, 1, 2]);
    assert!(busy(&places, None).is_guest.load(Ordering::Relaxed));
}

/// One organization, or many, that hold connections lose those beyond their share before any other loses one.
#[test]
fn connections_held_by_faults_take_no_places_of_others() {
    let places = places(20);
    let mut open: Vec<_> = (0..17).map(|_| busy(&places, Some("a"))).collect();
    open.extend([idle(&places), idle(&places)]);
    open.push(places.enter(CLIENT).unwrap());
    for _ in 0..7 {
        open.push(busy(&places, Some("a")));
    }
    assert_eq!(closed(&open), [0, 1, 2, 3, 4, 5, 6]);
    let places = self::places(20);
    let mut open: Vec<_> = (0..10).map(|_| idle(&places)).collect();
    for name in 0..30 {
        open.push(busy(&places, Some(&name.to_string())));
    }
    // The place of a connection is taken before it is known that a fault will hold it.
    let gone = closed(&open);
    assert_eq!(gone.iter().filter(|number| **number < 10).count(), 1);
}

#[test]
fn control_requests_have_their_own_places() {
    let places = places(2);
    let control: Vec<_> = (0..5)
        .map(|_| {
            let place = idle(&places);
            assert!(place.admits(true));
            place
        })
        .collect();
    let _api = [idle(&places), idle(&places), idle(&places)];
    assert_eq!(closed(&control), [0_usize; 0]);
    let more: Vec<_> = (0..MAX_GUESTS)
        .map(|_| {
            let place = idle(&places);
            assert!(place.admits(true));
            place
        })
        .collect();
    assert_eq!(closed(&control), [0, 1, 2, 3, 4]);
    assert_eq!(closed(&more), [0_usize; 0]);
}

#[test]
fn limits_the_connections_of_a_client() {
    let mut places = places(10);
    Arc::get_mut(&mut places).unwrap().bounds.per_client = Some(2);
    let open = [busy(&places, None), idle(&places)];
    assert!(!places.is_too_many(CLIENT));
    assert_eq!(closed(&open), [1]);
    let _other = busy(&places, None);
    assert!(places.is_too_many(CLIENT));
    assert!(!places.is_too_many(IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1))));
}

#[test]
fn connections_that_use_most_memory_make_room_for_others() {
    let places = places(10);
    let limit = places.budget().max();
    let open: Vec<_> = (0..4).map(|_| busy(&places, None)).collect();
    let mut memory = vec![
        open[0].reserve(limit / 2),
        open[1].reserve(limit / 4),
        open[2].reserve(limit / 4),
    ];
    assert_eq!(closed(&open), [0_usize; 0]);
    memory.push(open[3].reserve(limit / 8));
    assert_eq!(closed(&open), [0]);
    // It is closing, so the next reservation closes no other one.
    memory.push(open[3].reserve(limit / 4));
    assert_eq!(closed(&open), [0]);
    // Now the connection itself would use most.
    memory.push(open[2].reserve(limit / 4));
    assert_eq!(closed(&open), [0, 2]);
    drop(memory);
    assert_eq!(places.budget().used(), 0);
}

/// Requests can arrive faster than connections end.
#[test]
fn requests_are_refused_until_closed_connections_have_released_their_memory() {
    let places = places(10);
    let limit = places.budget().max();
    let mut open: Vec<_> = (0..3).map(|_| busy(&places, None)).collect();
    let mut memory: Vec<_> = [limit / 2, limit / 3, limit / 8]
        .iter()
        .zip(&open)
        .map(|(bytes, place)| place.reserve_request(*bytes))
        .collect();
    assert!(memory.iter().all(Option::is_some));
    assert!(open[1].reserve_request(limit / 8).is_none());
    assert_eq!(closed(&open), [0]);
    // A connection that is closing gets nothing, and no other one is closed for it.
    assert!(open[0].reserve_request(limit).is_none());
    assert!(open[0].reserve_request(limit / 10).is_none());
    // One that uses little can go on.
    open.push(busy(&places, None));
    memory.push(open[3].reserve_request(SMALL_CONNECTION));
    assert!(memory[3].is_some());
    assert!(open[3].reserve_request(limit / 8).is_none());
    assert_eq!(closed(&open), [0]);
    memory.remove(0);
    assert!(open[1].reserve_request(limit / 8).is_some());
    drop(memory);
    assert_eq!(places.budget().used(), 0);
}

/// A single response may be longer than all may be.
#[test]
fn connection_without_any_other_keeps_its_memory() {
    let places = places(10);
    let only = [busy(&places, None)];
    let memory = only[0].reserve(2 * places.budget().max());
    assert_eq!(closed(&only), [0_usize; 0]);
    let more = only[0].reserve(1);
    assert_eq!(closed(&only), [0]);
    drop((memory, more));
}

#[test]
fn next_connection_waits_if_none_can_be_evicted() {
    let mut places = places(1);
    Arc::get_mut(&mut places).unwrap().bounds.makes_room = false;
    let first = idle(&places);
    assert!(places.enter(CLIENT).is_none());
    assert!(first.admits(true));
    drop(first);
    assert!(places.enter(CLIENT).is_some());
}

#[test]
fn closed_connections_are_forgotten_once_they_have_ended() {
    let places = places(1);
    let mut open = idle(&places);
    for _ in 0..100 {
        let next = idle(&places);
        assert!(open.activity.is_closed());
        open = next;
    }
    // The last one that was closed still had its memory when its place was given up.
    assert!(places.connections.lock().leaving.len() <= 1);
}
