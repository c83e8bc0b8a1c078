package io.gatehouse.provider.kerberos;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Token;
import io.gatehouse.formats.signin.ChannelBindingCheck;
import io.gatehouse.provider.kerberos.crypto.EncryptionType;
import io.gatehouse.provider.kerberos.crypto.KeyUsage;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** KDC and client in one, which make AP-REQs as they should be, but for what a test wants to be wrong. */
final class Forge {
    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final String REALM = "FORGE.TEST";
    static final List<String> SERVICE = List.of("HTTP", "gw.forge.test");

    static final int INVALID = 1 << (31 - 7);
    static final int TRANSITED_POLICY_CHECKED = 1 << (31 - 12);
    static final int ANONYMOUS = 1 << (31 - 16);
    static final int USE_SESSION_KEY = 1 << 30;
    static final int MUTUAL_REQUIRED = 1 << 29;

    private static final byte[] KERBEROS = HexFormat.of().parseHex("06092a864886f712010202");

    private final SecureRandom random = new SecureRandom();

    ProtocolKey serviceKey = ProtocolKey.random(EncryptionType.AES256_CTS_HMAC_SHA1, random);
    ProtocolKey sessionKey = ProtocolKey.random(EncryptionType.AES256_CTS_HMAC_SHA1, random);
    Optional<ProtocolKey> subkey = Optional.empty();
    long version = 1;
    int ticketVersion = 5;
    String realm = REALM;
    List<String> service = SERVICE;
    String clientRealm = REALM;
    List<String> client = List.of("alice");
    List<String> claimedClient = List.of("alice");
    String claimedRealm = REALM;
    int ticketFlags;
    int options;
    String transited = "";
    Instant authTime = NOW.minus(Duration.ofHours(1));
    Instant startTime = NOW.minus(Duration.ofMinutes(30));
    Instant endTime = NOW.plus(Duration.ofHours(9));
    Instant clientTime = NOW;
    int microseconds = 123_456;
    long sequenceNumber = 4711;
    byte[] channelBinding = new byte[16];
    int contextFlags = 0x3e;
    Optional<byte[]> checksum = Optional.empty();
    int checksumType = 0x8003;
    List<byte[]> addresses = new ArrayList<>();
    List<byte[]> ticketData = new ArrayList<>();
    List<byte[]> authenticatorData = new ArrayList<>();

    Forge bindTo(ChannelBinding binding) {
        channelBinding = ChannelBindingCheck.hash(binding);
        return this;
    }

    /** AD-IF-RELEVANT around one element. */
    static byte[] ifRelevant(int type, byte[] content) {
        return Der.data(1, Der.sequence(Der.data(type, content)));
    }

    byte[] ticketPart() {
        return Der.value(
                0x63,
                Der.sequence(
                        Der.field(0, Der.flags(ticketFlags)),
                        Der.field(1, key(sessionKey)),
                        Der.field(2, Der.text(clientRealm)),
                        Der.field(3, Der.name(client)),
                        Der.field(4, Der.data(1, transited.getBytes(java.nio.charset.StandardCharsets.UTF_8))),
                        Der.field(5, Der.time(authTime)),
                        Der.field(6, Der.time(startTime)),
                        Der.field(7, Der.time(endTime)),
                        optional(9, addresses),
                        optional(10, ticketData)));
    }

    byte[] ticket() {
        return Der.value(
                0x61,
                Der.sequence(
                        Der.field(0, Der.integer(ticketVersion)),
                        Der.field(1, Der.text(realm)),
                        Der.field(2, Der.name(service)),
                        Der.field(
                                3,
                                Der.encrypted(
                                        serviceKey.type().number(),
                                        version,
                                        serviceKey.encrypt(KeyUsage.TICKET, ticketPart(), random)))));
    }

    byte[] gssChecksum() {
        return checksum.orElseGet(() -> ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(16)
                .put(channelBinding)
                .putInt(contextFlags)
                .array());
    }

    byte[] authenticator() {
        return Der.value(
                0x62,
                Der.sequence(
                        Der.field(0, Der.integer(5)),
                        Der.field(1, Der.text(claimedRealm)),
                        Der.field(2, Der.name(claimedClient)),
                        Der.field(3, Der.data(checksumType, gssChecksum())),
                        Der.field(4, Der.integer(microseconds)),
                        Der.field(5, Der.time(clientTime)),
                        subkey.map(key -> Der.field(6, key(key))).orElse(new byte[0]),
                        Der.field(7, Der.integer(sequenceNumber)),
                        optional(8, authenticatorData)));
    }

    byte[] sealedAuthenticator() {
        return sessionKey.encrypt(KeyUsage.AP_REQ_AUTHENTICATOR, authenticator(), random);
    }

    byte[] request(byte[] ticket, byte[] sealedAuthenticator) {
        return Der.value(
                0x6e,
                Der.sequence(
                        Der.field(0, Der.integer(5)),
                        Der.field(1, Der.integer(14)),
                        Der.field(2, Der.flags(options)),
                        Der.field(3, ticket),
                        Der.field(
                                4,
                                Der.sequence(
                                        Der.field(
                                                0, Der.integer(sessionKey.type().number())),
                                        Der.field(2, Der.octets(sealedAuthenticator))))));
    }

    static Token framed(byte[] request) {
        return Token.of(Der.value(0x60, KERBEROS, new byte[] {1, 0}, request));
    }

    /** A new token: nothing in it was sent before. */
    Token token() {
        return framed(request(ticket(), sealedAuthenticator()));
    }

    private static byte[] key(ProtocolKey key) {
        return Der.key(key.type().number(), key.value().bytes());
    }

    private static byte[] optional(int number, List<byte[]> elements) {
        return elements.isEmpty() ? new byte[0] : Der.field(number, Der.sequence(elements.toArray(byte[][]::new)));
    }
}
