package io.gatehouse.formats.file;

import io.gatehouse.api.ProviderException;
import java.nio.file.Path;
import java.util.Optional;

/** Recognises what administrators have instead of PEM, by its first bytes. */
enum BinaryFormat {
    UTF_16("UTF-16 text", "iconv -f UTF-16 -t UTF-8 -o %1$s.pem %1$s"),
    JAVA_KEY_STORE(
            "a Java key store (JKS)",
            "keytool -importkeystore -srckeystore %1$s -destkeystore %1$s.p12 -deststoretype pkcs12, and then:"
                    + " openssl pkcs12 -in %1$s.p12 -nodes -out %1$s.pem"),
    PKCS12("PKCS #12 (.pfx, .p12)", "openssl pkcs12 -in %1$s -nodes -out %1$s.pem"),
    PKCS7("PKCS #7 (.p7b) in DER", "openssl pkcs7 -inform der -in %1$s -print_certs -out %1$s.pem"),
    CERTIFICATE("a certificate in DER", "openssl x509 -inform der -in %1$s -out %1$s.pem"),
    PRIVATE_KEY("a private key in DER", "openssl pkey -inform der -in %1$s -out %1$s.pem"),
    ENCRYPTED_KEY("an encrypted private key in DER", "openssl pkcs8 -inform der -in %1$s -out %1$s.pem"),
    PUBLIC_KEY("a public key in DER", "openssl pkey -pubin -inform der -in %1$s -out %1$s.pem");

    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int VERSION_OF_PKCS12 = 3;

    private final String title;
    private final String command;

    BinaryFormat(String title, String command) {
        this.title = title;
        this.command = command;
    }

    /** Refuses a content that is not text of one byte a character. */
    static void refuse(Path file, byte[] content) throws ProviderException {
        Optional<BinaryFormat> format = of(content);
        if (format.isPresent()) {
            throw new ProviderException("it is " + format.get().title + " (expected PEM; convert it with: "
                    + format.get().command.formatted(file) + ")");
        }
    }

    static Optional<BinaryFormat> of(byte[] content) {
        int first = at(content, 0);
        int second = at(content, 1);
        if ((first == 0xff && second == 0xfe) || (first == 0xfe && second == 0xff) || first == 0 || second == 0) {
            return Optional.of(UTF_16);
        }
        if (first == 0xfe && second == 0xed && at(content, 2) == 0xfe && at(content, 3) == 0xed) {
            return Optional.of(JAVA_KEY_STORE);
        }
        return first == SEQUENCE && second >= 0x80 ? der(content) : Optional.empty();
    }

    /** A sequence of more than 127 bytes, as all of these are: told apart by what stands first in it. */
    private static Optional<BinaryFormat> der(byte[] content) {
        int inner = bodyOf(content, 0);
        return switch (at(content, inner)) {
            case INTEGER -> Optional.of(at(content, inner + 2) == VERSION_OF_PKCS12 ? PKCS12 : PRIVATE_KEY);
            case OBJECT_IDENTIFIER -> Optional.of(PKCS7);
            case SEQUENCE -> Optional.of(algorithmFirst(content, inner));
            default -> Optional.empty();
        };
    }

    /** Keys begin with the identifier of their algorithm, certificates with their version or number. */
    private static BinaryFormat algorithmFirst(byte[] content, int sequence) {
        int body = bodyOf(content, sequence);
        if (at(content, body) != OBJECT_IDENTIFIER) {
            return CERTIFICATE;
        }
        int length = at(content, sequence + 1);
        return switch (length < 0x80 ? at(content, body + length) : -1) {
            case OCTET_STRING -> ENCRYPTED_KEY;
            case BIT_STRING -> PUBLIC_KEY;
            default -> CERTIFICATE;
        };
    }

    /** Where the body of the element at {@code position} begins. */
    private static int bodyOf(byte[] content, int position) {
        int length = at(content, position + 1);
        return position + 2 + (length > 0x80 && length <= 0x84 ? length - 0x80 : 0);
    }

    /** The byte there; -1 behind the end. */
    private static int at(byte[] content, int position) {
        return position < content.length ? content[position] & 0xff : -1;
    }
}
