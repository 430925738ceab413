"""Decide which network addresses may be fetched from: public ones, checked after the name is resolved."""

import ipaddress
import socket

_AZURE_WIRE_SERVER = ipaddress.ip_address("168.63.129.16")
"""Azure also serves metadata at this public address; other metadata addresses are link-local or private."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressError(Exception):
    """A host must not or cannot be connected to; `reason` is blocked_address or unknown_host."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def resolve(host: str, port: int, allow_private: bool) -> list[str]:
    """Return the IP addresses of a host. Raises AddressError if it has none, or, without `allow_private`, if one is not public.

    The caller connects to one of these addresses and never resolves the name again (DNS rebinding).
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressError("unknown_host", f"{host}: {error}") from error
    addresses = list(dict.fromkeys(str(entry[4][0]).split("%")[0] for entry in found))
    blocked = [address for address in addresses if not (allow_private or is_open(address))]
    if blocked:
        raise AddressError("blocked_address", f"{host} is {', '.join(blocked)}, which is not on the open internet")
    return addresses


def is_open(address: str) -> bool:
    """Return whether an address is public: not private, loopback, link-local, multicast, reserved, or an IPv6 form of such.

    IPv4-mapped and NAT64 addresses are judged by the IPv4 address in them; 6to4 and Teredo addresses are never public.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_open(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_open(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.sixtofour or ip.teredo or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and ip != _AZURE_WIRE_SERVER
