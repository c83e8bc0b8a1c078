package io.gatehouse.client.ntlm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * MS-NLMP 2.2.1.2 CHALLENGE_MESSAGE, as far as a client needs it. Instances are not shared; the arrays are not copied.
 *
 * @param pairs the AV pairs of TargetInfo without the terminating MsvAvEOL
 * @param timestamp MsvAvTimestamp as FILETIME
 */
@SuppressWarnings("ArrayRecordComponent") // lives within one call of NtlmClient
record NtlmChallenge(int flags, byte[] serverChallenge, byte[] pairs, OptionalLong timestamp) {
    static final byte[] SIGNATURE = "NTLMSSP\0".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED_SIZE = 48;
    private static final int AV_EOL = 0;
    private static final int AV_TIMESTAMP = 7;

    static NtlmChallenge parse(byte[] message) throws NtlmException {
        if (message.length < FIXED_SIZE || !Arrays.equals(message, 0, 8, SIGNATURE, 0, 8)) {
            throw new NtlmException("challenge of " + message.length + " bytes is no NTLMSSP message of at least "
                    + FIXED_SIZE + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getInt(8) != 2) {
            throw new NtlmException("NTLM message type " + buffer.getInt(8) + " (expected 2)");
        }
        int length = buffer.getShort(40) & 0xFFFF;
        int offset = buffer.getInt(44);
        if (offset < FIXED_SIZE || offset > message.length - length) {
            throw new NtlmException("TargetInfo of " + length + " bytes at " + Integer.toUnsignedString(offset)
                    + " (expected within " + message.length + " bytes)");
        }
        return withPairs(message, offset, offset + length);
    }

    private static NtlmChallenge withPairs(byte[] message, int start, int end) throws NtlmException {
        ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        OptionalLong timestamp = OptionalLong.empty();
        int position = start;
        while (position + 4 <= end) {
            int id = buffer.getShort(position) & 0xFFFF;
            int length = buffer.getShort(position + 2) & 0xFFFF;
            if (id == AV_EOL) {
                byte[] pairs = Arrays.copyOfRange(message, start, position);
                byte[] serverChallenge = Arrays.copyOfRange(message, 24, 32);
                return new NtlmChallenge(buffer.getInt(20), serverChallenge, pairs, timestamp);
            }
            if (length > end - position - 4) {
                throw new NtlmException(
                        "AV pair " + id + " of " + length + " bytes (expected at most " + (end - position - 4) + ")");
            }
            if (id == AV_TIMESTAMP && length == Long.BYTES) {
                timestamp = OptionalLong.of(buffer.getLong(position + 4));
            }
            position += 4 + length;
        }
        throw new NtlmException("TargetInfo without MsvAvEOL");
    }
}
