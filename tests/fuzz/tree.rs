//! ASN.1 as a tree that can be changed and written again, with lengths that are right: a changed
//! octet deep within a message is otherwise found by the first length around it.

use rand::RngExt as _;
use rand::rngs::StdRng;

/// One element.
#[derive(Clone)]
pub struct Node {
    tag: u8,
    body: Body,
    /// Written with an end mark instead of a length, as BER allows.
    is_open: bool,
}

#[derive(Clone)]
enum Body {
    Octets(Vec<u8>),
    Nodes(Vec<Node>),
}

/// How often elements of a tree are put into each other at most: what readers do with depth shows
/// at much less.
const DEEP: usize = 2_000;

/// Reads elements up to the end; nothing if it is something else, or nested too deeply to be a seed.
pub fn read(mut octets: &[u8], depth: usize) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    while !octets.is_empty() {
        let (tag, content, rest) = split(octets)?;
        let inner = if tag & 0x20 != 0 {
            Some(read(content, depth.checked_sub(1)?)?)
        } else if tag == 0x04 && !content.is_empty() {
            read(content, depth.checked_sub(1)?) // extensions, keys
        } else {
            None
        };
        let body = inner.map_or_else(|| Body::Octets(content.to_vec()), Body::Nodes);
        nodes.push(Node {
            tag,
            body,
            is_open: false,
        });
        octets = rest;
    }
    Some(nodes)
}

fn split(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = octets.split_first_chunk()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        let length = digits.iter().try_fold(0_usize, |length, digit| {
            length.checked_mul(256)?.checked_add(usize::from(*digit))
        })?;
        (length, rest)
    };
    if first == 0x80 || tag & 0x1f == 0x1f {
        return None; // open lengths and long tags: such seeds are changed as octets
    }
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// The octets of the elements, at most about `limit`.
pub fn write(nodes: &[Node], limit: usize) -> Vec<u8> {
    let mut octets = Vec::new();
    for node in nodes {
        if octets.len() < limit {
            node.write(&mut octets, limit);
        }
    }
    octets
}

impl Node {
    fn write(&self, octets: &mut Vec<u8>, limit: usize) {
        let content = match &self.body {
            Body::Octets(content) => content.clone(),
            Body::Nodes(nodes) => write(nodes, limit),
        };
        octets.push(self.tag);
        if self.is_open {
            octets.push(0x80);
            octets.extend(content);
            octets.extend([0, 0]);
            return;
        }
        if content.len() < 0x80 {
            octets.push(content.len().to_le_bytes()[0]);
        } else {
            let digits = content.len().to_be_bytes();
            let zeros = digits.iter().take_while(|digit| **digit == 0).count();
            octets.push(0x80 | (digits.len() - zeros).to_le_bytes()[0]);
            octets.extend(&digits[zeros..]);
        }
        octets.extend(content);
    }

    fn count(&self) -> usize {
        match &self.body {
            Body::Octets(_) => 1,
            Body::Nodes(nodes) => 1 + count(nodes),
        }
    }
}

fn count(nodes: &[Node]) -> usize {
    nodes.iter().map(Node::count).sum()
}

/// The list that the element of this number stands in, and its place there.
fn find(nodes: &mut Vec<Node>, mut number: usize) -> Option<(&mut Vec<Node>, usize)> {
    for at in 0..nodes.len() {
        if number == 0 {
            return Some((nodes, at));
        }
        let size = nodes[at].count();
        if number < size {
            let Body::Nodes(inner) = &mut nodes[at].body else {
                return None;
            };
            return find(inner, number - 1);
        }
        number -= size;
    }
    None
}

/// Changes one element.
pub fn change(nodes: &mut Vec<Node>, others: &[Node], rng: &mut StdRng) {
    let all = count(nodes);
    if all == 0 {
        return;
    }
    let chosen = rng.random_range(0..all);
    let Some((list, at)) = find(nodes, chosen) else {
        return;
    };
    match rng.random_range(0..9) {
        0 => drop(list.remove(at)),
        1 => list.insert(at, list[at].clone()),
        2 => list[at].tag = rng.random(),
        3 => list[at].is_open = true,
        4 => {
            let mut others = others.to_vec();
            let other = rng.random_range(0..count(&others).max(1));
            if let Some((from, place)) = find(&mut others, other) {
                list[at] = from[place].clone();
            }
        }
        5 => list[at].body = Body::Octets(Vec::new()),
        6 => repeat(list, at, rng),
        7 => nest(list, at, rng),
        _ => change_octets(&mut list[at], rng),
    }
}

/// Puts an element many times after itself, or rarely often enough for a large message.
fn repeat(list: &mut Vec<Node>, at: usize, rng: &mut StdRng) {
    let most = if rng.random_ratio(1, 40) { 100_000 } else { 40 };
    let copy = list[at].clone();
    // The smallest elements come most often: a large message of them has the most members.
    let times = rng.random_range(0..most) / copy.count();
    let tail = list.split_off(at);
    list.extend(std::iter::repeat_n(copy, times));
    list.extend(tail);
}

/// Puts an element into copies of its outermost tag.
fn nest(list: &mut [Node], at: usize, rng: &mut StdRng) {
    let times = if rng.random_ratio(1, 4) { DEEP } else { 4 };
    let (tag, is_open) = (list[at].tag | 0x20, rng.random());
    for _ in 0..rng.random_range(0..times) {
        let around = Node {
            tag,
            body: Body::Nodes(Vec::new()),
            is_open,
        };
        let inner = std::mem::replace(&mut list[at], around);
        list[at].body = Body::Nodes(vec![inner]);
    }
}

fn change_octets(node: &mut Node, rng: &mut StdRng) {
    let mut octets = match &node.body {
        Body::Octets(octets) => octets.clone(),
        Body::Nodes(nodes) => write(nodes, crate::mutation::MAX_INPUT),
    };
    crate::mutation::change_octets(&mut octets, rng);
    node.body = Body::Octets(octets);
}
