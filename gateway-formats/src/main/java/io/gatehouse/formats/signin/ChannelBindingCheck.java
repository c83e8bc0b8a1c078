package io.gatehouse.formats.signin;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.formats.digest.Digests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Whether the client speaks with this gateway and not with somebody in between (RFC 5929). Kerberos (RFC 4121 section
 * 4.1.1.2) and NTLM (MS-NLMP's MsvAvChannelBindings) carry the same hash.
 */
public enum ChannelBindingCheck {
    /** The client named the certificate of this connection. */
    RIGHT,
    /** The client named another certificate. */
    WRONG,
    /** The client named none. */
    ABSENT,
    /**
     * The client named none, but says that it would have (MS-KILE 3.4.5): it sees no TLS, or another program took it
     * away.
     */
    WITHHELD,
    /** The client named one, but which would be right is not known here: another one ends TLS. */
    UNKNOWN;

    /** The length of a hash in bytes. */
    public static final int HASH_LENGTH = 16;

    private static final byte[] NONE = new byte[HASH_LENGTH];
    /** Types and lengths of two addresses that are not there, and the length of the data. */
    private static final int HEADER = 20;

    /**
     * Compares.
     *
     * @param offered the hash in the client's message; zeros say that there is none
     * @param aware whether the message says that the client knows channel bindings
     */
    public static ChannelBindingCheck of(byte[] offered, boolean aware, Peer peer) {
        if (MessageDigest.isEqual(NONE, offered)) {
            return aware && !peer.channelBindings().isEmpty() ? WITHHELD : ABSENT;
        }
        if (peer.channelBindings().isEmpty()) {
            return UNKNOWN;
        }
        boolean right = false;
        for (ChannelBinding binding : peer.channelBindings()) {
            right |= MessageDigest.isEqual(hash(binding), offered);
        }
        return right ? RIGHT : WRONG;
    }

    /**
     * As {@link #of(byte[], boolean, Peer)}, for messages that leave out a hash which is not there, and cannot say
     * more.
     */
    public static ChannelBindingCheck of(Optional<byte[]> offered, Peer peer) {
        return of(offered.orElse(NONE), false, peer);
    }

    /**
     * MD5 of gss_channel_bindings_struct (RFC 2744 section 3.11) without addresses, as Windows and RFC 4121 lay it out.
     */
    public static byte[] hash(ChannelBinding binding) {
        byte[] data = binding.applicationData().bytes();
        byte[] structure = ByteBuffer.allocate(HEADER + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(HEADER - Integer.BYTES, data.length)
                .position(HEADER)
                .put(data)
                .array();
        return Digests.md5(structure);
    }

    /**
     * Why {@code policy} refuses the client, if it does; the same at every venue. Inside the tunnel clients name the
     * TLS connection around it, too, but none may be required there (MS-TSGU 3.3.5.3.3): a method that requires one
     * leaves the tunnel out.
     */
    public Optional<Outcome.Rejected> refusal(ChannelBindingPolicy policy) {
        if (policy == ChannelBindingPolicy.OFF) {
            return Optional.empty();
        }
        boolean required = policy == ChannelBindingPolicy.REQUIRED;
        return switch (this) {
            case RIGHT -> Optional.empty();
            case WRONG ->
                refused(
                        "channel binding of another certificate (a tls proxy in between that is not configured, or a relay)");
            case WITHHELD ->
                refused(
                        "the client knows channel bindings but sends none (it does not see the tls of this gateway: a tls"
                                + " proxy in between, or a relay)");
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
