# SPDX-License-Identifier: Apache-2.0
"""SHA-512 against FIPS 180-4's examples (RFC 6234, section 8.5), at every length and cut."""

import sha512
from binascii import hexlify

ALPHABET = b"abcdefghijklmnopqrstu"
WORDS = b"".join([ALPHABET[i : i + 8] for i in range(14)])


def digest(data):
    return hexlify(sha512.sha512(data)).decode()


def test_published_examples():
    assert digest(b"abc") == (
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    )
    assert digest(WORDS) == (
        "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
        "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"
    )
    assert digest(b"") == (
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
        "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
    )


def test_a_million_letters():
    hashing = sha512.Sha512()
    piece = b"a" * 1000
    for _ in range(1000):
        hashing.update(piece)
    assert hexlify(hashing.digest()).decode() == (
        "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
        "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"
    )


def test_every_length():
    # The digest of the digests of all lengths, as Python's hashlib has it.
    data = bytes([i * 7 & 0xFF for i in range(300)])
    all_lengths = sha512.Sha512()
    for n in range(300):
        all_lengths.update(sha512.sha512(data[:n]))
    assert hexlify(all_lengths.digest()).decode() == (
        "8dbfff7fba0e8bdbab57c3b7ce89219cf36e43c426ac64166db2ed89c603f2e1"
        "89f415de2614e940d4abc94ffb5f3db0da34196e9b42d6150fab1546a662ec58"
    )


def test_every_cut():
    data = bytes([i * 11 & 0xFF for i in range(270)])
    whole = sha512.sha512(data)
    for n in range(len(data)):
        hashing = sha512.Sha512()
        hashing.update(memoryview(data)[:n])
        hashing.update(b"")
        hashing.update(bytearray(data[n:]))
        assert hashing.digest() == whole, n


def test_the_constants_are_roots_of_primes():
    primes = [n for n in range(2, 410) if all(n % d for d in range(2, n))]
    for i, prime in enumerate(primes[:80]):
        root = sha512._K[2 * i] << 32 | sha512._K[2 * i + 1]
        whole = int(prime ** (1 / 3) + 1e-9)
        root += whole << 64
        assert root**3 <= prime << 192 < (root + 1) ** 3, prime
    for i, prime in enumerate(primes[:8]):
        root = int.from_bytes(sha512._START[8 * i : 8 * i + 8], "big")
        root += int(prime**0.5 + 1e-9) << 64
        assert root**2 <= prime << 128 < (root + 1) ** 2, prime


def test_it_leaves_the_heap_alone():
    import gc

    hashing = sha512.Sha512()
    block = bytes(128)
    hashing.update(block)
    gc.collect()
    before = gc.mem_alloc()
    for _ in range(10):
        hashing.update(block)
    assert gc.mem_alloc() - before < 10 * 200  # what the calls themselves need, nothing per round
