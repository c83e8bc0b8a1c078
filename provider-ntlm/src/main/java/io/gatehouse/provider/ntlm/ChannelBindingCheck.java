package io.gatehouse.provider.ntlm;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Token;
import io.gatehouse.provider.ntlm.validation.NtlmCrypto;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Whether the client speaks with this gateway and not with somebody in between (RFC 5929, MS-NLMP's
 * MsvAvChannelBindings).
 */
enum ChannelBindingCheck {
    /** The client named the certificate of this connection. */
    RIGHT,
    /** The client named another certificate. */
    WRONG,
    /** The client named none. */
    ABSENT,
    /** The client named one, but which would be right is not known here: another one ends TLS. */
    UNKNOWN;

    private static final byte[] NO_ADDRESSES = new byte[16];

    static ChannelBindingCheck of(Optional<Token> offered, Peer peer) {
        if (offered.isEmpty()) {
            return ABSENT;
        }
        if (peer.channelBindings().isEmpty()) {
            return UNKNOWN;
        }
        boolean right = false;
        for (ChannelBinding binding : peer.channelBindings()) {
            right |= MessageDigest.isEqual(hash(binding), offered.get().bytes());
        }
        return right ? RIGHT : WRONG;
    }

    /** MD5 of RFC 2744's gss_channel_bindings_struct without addresses, as Windows lays it out. */
    static byte[] hash(ChannelBinding binding) {
        byte[] data = binding.applicationData().bytes();
        return NtlmCrypto.md5(NO_ADDRESSES, LittleEndian.bytes(data.length), data);
    }

    /**
     * What {@code policy} says to it, at every venue: inside the tunnel clients name the TLS connection around it, too.
     * None may be required there (MS-TSGU 3.3.5.3.3), which is why {@link NtlmMechanism#venues} leaves the tunnel out
     * then.
     */
    Optional<Outcome.Rejected> refusal(ChannelBindingPolicy policy) {
        if (policy == ChannelBindingPolicy.OFF) {
            return Optional.empty();
        }
        boolean required = policy == ChannelBindingPolicy.REQUIRED;
        return switch (this) {
            case RIGHT -> Optional.empty();
            case WRONG ->
                refused(
                        "channel binding of another certificate (a tls proxy in between that is not configured, or a relay)");
            case ABSENT -> required ? refused("no channel binding (policy: required)") : Optional.empty();
            case UNKNOWN ->
                required
                        ? refused("channel binding cannot be checked, the certificate of the connection is not known"
                                + " (policy: required)")
                        : Optional.empty();
        };
    }

    private static Optional<Outcome.Rejected> refused(String detail) {
        return Optional.of(new Outcome.Rejected(Outcome.Reason.REFUSED, detail));
    }
}
