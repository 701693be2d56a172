//! Simpler lists, numbers and bytes.

/// The list without some of its items: half of them, a quarter, down to each one.
pub(super) fn without<T: Clone>(list: &[T]) -> Vec<Vec<T>> {
    chunks(list.len()).map(|(start, end)| [&list[..start], &list[end..]].concat()).collect()
}

/// Ranges of a list: the whole, its halves, quarters, down to each item.
fn chunks(length: usize) -> impl Iterator<Item = (usize, usize)> {
    let sizes = std::iter::successors(Some(length), |size| (*size > 1).then(|| size.div_ceil(2)));
    sizes
        .filter(|size| *size > 0)
        .flat_map(move |size| (0..length).step_by(size).map(move |start| (start, (start + size).min(length))))
}

/// The list with one item replaced by something simpler.
pub(super) fn each<T: Clone>(list: &[T], simpler: impl Fn(&T) -> Vec<T>) -> Vec<Vec<T>> {
    let mut out = Vec::new();
    for (index, item) in list.iter().enumerate() {
        for other in simpler(item) {
            let mut list = list.to_vec();
            list[index] = other;
            out.push(list);
        }
    }
    out
}

/// Numbers that are nearer to the ordinary one: itself first, then by halves.
pub(super) fn numbers(number: u64, ordinary: u64) -> Vec<u64> {
    let distance = number.abs_diff(ordinary);
    let steps = (0..64).rev().map(|bit| 1_u64 << bit).filter(|step| *step < distance);
    let by = std::iter::once(distance).chain(steps).filter(|step| *step > 0);
    by.map(|step| if number > ordinary { number - step } else { number + step }).collect()
}

pub(super) fn numbers32(number: u32, ordinary: u32) -> Vec<u32> {
    let nearer = numbers(number.into(), ordinary.into());
    nearer.into_iter().filter_map(|number| number.try_into().ok()).collect()
}

/// Simpler bytes of the same length.
pub(super) fn bytes_as_long(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for (start, end) in chunks(bytes.len()) {
        if bytes[start..end].iter().any(|byte| *byte != 0) {
            let mut zeroed = bytes.to_vec();
            zeroed[start..end].fill(0);
            out.push(zeroed);
        }
    }
    out.extend(each(bytes, |byte| numbers((*byte).into(), 0).into_iter().map(|byte| byte as u8).collect()));
    out
}

/// Simpler bytes, shorter ones first.
pub(super) fn bytes(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = without(bytes);
    out.extend(bytes_as_long(bytes));
    out
}

pub(super) fn arrays<const N: usize>(array: &[u8; N]) -> Vec<[u8; N]> {
    bytes_as_long(array).into_iter().filter_map(|bytes| bytes.try_into().ok()).collect()
}
