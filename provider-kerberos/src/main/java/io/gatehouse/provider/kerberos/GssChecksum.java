package io.gatehouse.provider.kerberos;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.signin.ChannelBindingCheck;
import io.gatehouse.provider.kerberos.message.Authenticator.Checksum;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * RFC 4121 section 4.1.1: the authenticator's checksum of type 0x8003, which is none: it carries flags and channel
 * binding. Delegated credentials may follow; nobody looks at them.
 */
final class GssChecksum {
    private static final int TYPE = 0x8003;
    private static final int SHORTEST = 24;
    private static final int DELEGATION = 1;
    private static final int REPLAY_DETECTION = 4;
    private static final int SEQUENCE_DETECTION = 8;
    private static final int DCE_STYLE = 0x1000;
    private static final int DELEGATION_HEADER = 4;

    private final byte[] channelBinding;
    private final int flags;

    private GssChecksum(byte[] channelBinding, int flags) {
        this.channelBinding = channelBinding;
        this.flags = flags;
    }

    /** The hash of the channel binding in it, zeros without. */
    byte[] channelBinding() {
        return channelBinding.clone();
    }

    /** Whether the client asks that messages of both sides are counted. FreeRDP 3 does not, and calls each number 0. */
    boolean countsMessages() {
        return (flags & (REPLAY_DETECTION | SEQUENCE_DETECTION)) != 0;
    }

    static GssChecksum parse(Optional<Checksum> checksum) throws MalformedException {
        if (checksum.isEmpty() || checksum.get().type() != TYPE) {
            throw new MalformedException("authenticator without the checksum of gss (expected type 0x8003)");
        }
        ByteBuffer value = ByteBuffer.wrap(checksum.get().value().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (value.remaining() < SHORTEST) {
            throw new MalformedException(
                    "gss checksum of %d bytes (expected at least %d)".formatted(value.remaining(), SHORTEST));
        }
        int length = value.getInt();
        if (length != ChannelBindingCheck.HASH_LENGTH) {
            throw new MalformedException("channel binding of %d bytes (expected 16)".formatted(length));
        }
        byte[] binding = new byte[ChannelBindingCheck.HASH_LENGTH];
        value.get(binding);
        int flags = value.getInt();
        if ((flags & DCE_STYLE) != 0) {
            throw new MalformedException("dce style in three legs (expected one leg)");
        }
        if ((flags & DELEGATION) != 0) {
            skipDelegation(value);
        }
        return new GssChecksum(binding, flags);
    }

    private static void skipDelegation(ByteBuffer value) throws MalformedException {
        if (value.remaining() < DELEGATION_HEADER) {
            throw new MalformedException("delegated credentials are cut off");
        }
        int option = Short.toUnsignedInt(value.getShort());
        int length = Short.toUnsignedInt(value.getShort());
        if (option != 1 || length > value.remaining()) {
            throw new MalformedException("delegated credentials of kind %d and %d bytes (expected 1, at most %d)"
                    .formatted(option, length, value.remaining()));
        }
    }
}
