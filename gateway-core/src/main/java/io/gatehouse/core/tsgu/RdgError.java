package io.gatehouse.core.tsgu;

import java.util.Arrays;
import java.util.Optional;

/**
 * The error codes that this gateway sends (MS-TSGU 2.2.6).
 *
 * <p>Responses carry the HRESULT, because clients test its sign bit; CLOSE_CHANNEL carries the low word (3.3.6).
 */
public enum RdgError {
    E_PROXY_INTERNALERROR(0x800759D8),
    E_PROXY_RAP_ACCESSDENIED(0x800759DA),
    E_PROXY_NAP_ACCESSDENIED(0x800759DB),
    E_PROXY_TS_CONNECTFAILED(0x800759DD),
    E_PROXY_ALREADYDISCONNECTED(0x800759DF),
    E_PROXY_MAXCONNECTIONSREACHED(0x800759E6),
    E_PROXY_NOTSUPPORTED(0x800759E8),
    E_PROXY_CAPABILITYMISMATCH(0x800759E9),
    E_PROXY_SESSIONTIMEOUT(0x800759F6),
    E_PROXY_COOKIE_BADPACKET(0x800759F7),
    E_PROXY_COOKIE_AUTHENTICATION_ACCESS_DENIED(0x800759F8),
    E_PROXY_UNSUPPORTED_AUTHENTICATION_METHOD(0x800759F9),
    E_PROXY_REAUTH_AUTHN_FAILED(0x800759FA),
    E_PROXY_REAUTH_CAP_FAILED(0x800759FB),
    E_PROXY_REAUTH_RAP_FAILED(0x800759FC),
    SEC_E_LOGON_DENIED(0x8009030C),
    /** ERROR_BAD_ARGUMENTS as CLOSE_CHANNEL status: the target closed the connection. */
    ERROR_BAD_ARGUMENTS(0x800700A0),
    /** ERROR_GRACEFUL_DISCONNECT as CLOSE_CHANNEL status. */
    ERROR_GRACEFUL_DISCONNECT(0x800704CA),
    /** ERROR_CONNECTION_ABORTED as CLOSE_CHANNEL status: an administrator, or a timeout that the client cannot name. */
    ERROR_CONNECTION_ABORTED(0x800704D4),
    /** ERROR_OPERATION_ABORTED as CLOSE_CHANNEL status: the connection timer. */
    ERROR_OPERATION_ABORTED(0x800703E3);

    private final int hresult;

    RdgError(int hresult) {
        this.hresult = hresult;
    }

    /** The code for HANDSHAKE_, TUNNEL_, TUNNEL_AUTH_ and CHANNEL_RESPONSE and EXTENDED_AUTH_MSG. */
    public int hresult() {
        return hresult;
    }

    /** The code for CLOSE_CHANNEL: HRESULT_CODE, the low word. */
    public int closeStatus() {
        return hresult & 0xFFFF;
    }

    /** The error that a client or server means by {@code code}, in either form. */
    public static Optional<RdgError> of(int code) {
        return Arrays.stream(values())
                .filter(error -> error.hresult == code || error.closeStatus() == code)
                .findFirst();
    }
}
