package io.gatehouse.provider.certificate;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.WebRequest;
import io.gatehouse.formats.signin.HeaderName;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.provider.certificate.CertificateConfig.Header;
import io.gatehouse.provider.certificate.CertificateConfig.HeaderFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The certificate that a trusted proxy hands on in a header: its client showed it to the proxy. Immutable. */
final class CertificateHeader {
    /** Certificates of real authorities have 1 to 3 KiB. */
    private static final int LARGEST_CERTIFICATE = 16 * 1024;

    /** Of all of them in their longest writing: PEM of which every character is a percent sign with two digits. */
    private static final int LONGEST_VALUE = 64 * 1024;

    private static final Pattern BYTE_SEQUENCE = Pattern.compile(":([A-Za-z0-9+/=]*):");
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]*)-----END CERTIFICATE-----\\s*");

    private final HeaderFormat format;
    private final HeaderName name;
    private final Optional<HeaderName> chain;

    private CertificateHeader(HeaderFormat format, HeaderName name, Optional<HeaderName> chain) {
        this.format = format;
        this.name = name;
        this.chain = chain;
    }

    /** The header of a table. */
    static CertificateHeader of(Header config) throws ProviderException {
        if (config.chain().isPresent() && config.format() != HeaderFormat.RFC9440) {
            throw new ProviderException(
                    "header.chain is of the format rfc9440 (in the other formats, the chain stands in header.name)");
        }
        HeaderName name = HeaderName.parse("header.name", config.name());
        Optional<HeaderName> chain = config.chain().isPresent()
                ? Optional.of(HeaderName.parse("header.chain", config.chain().get()))
                : Optional.empty();
        if (chain.filter(other -> other.isSpelling(name.text())).isPresent()) {
            throw new ProviderException("header.chain is header.name (expected a header for each)");
        }
        return new CertificateHeader(config.format(), name, chain);
    }

    /** Whether {@code request} has it in any spelling. */
    boolean isIn(WebRequest request) {
        return name.isIn(request) || chain.filter(other -> other.isIn(request)).isPresent();
    }

    /**
     * The certificate of a request and those of its chain; none when the proxy says that the client showed none.
     *
     * @throws RejectedException when a stranger sent it, and when it is not one certificate
     */
    List<X509Certificate> certificates(WebRequest request) throws RejectedException {
        if (!request.fromTrustedProxy()) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "header %s with a certificate, from %s (expected a trusted proxy)"
                            .formatted(name, request.neighbour().getHostAddress()));
        }
        Optional<String> value = name.onlyUnlessEmpty(request);
        if (value.isEmpty()) {
            return List.of();
        }
        List<byte[]> encoded = new ArrayList<>(decoded(name, value.get()));
        if (chain.isPresent()) {
            encoded.addAll(ofChain(chain.get(), request));
        }
        if (encoded.size() > ClientCertificateMechanism.LONGEST_CHAIN) {
            throw malformed(
                    name,
                    "%d certificates (expected at most %d)"
                            .formatted(encoded.size(), ClientCertificateMechanism.LONGEST_CHAIN));
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] each : encoded) {
            certificates.add(certificate(each));
        }
        // A proxy that puts its own value behind one that the client wrote makes two values look like a chain.
        if (certificates.stream().skip(1).anyMatch(issuer -> issuer.getBasicConstraints() < 0)) {
            throw malformed(name, "more than one client's certificate (expected those of authorities behind it)");
        }
        return certificates;
    }

    /** A list of RFC 8941, which may come in several lines. */
    private static List<byte[]> ofChain(HeaderName header, WebRequest request) throws RejectedException {
        String all = request.header(header.text()).stream()
                .filter(line -> !line.isBlank())
                .collect(Collectors.joining(","));
        if (all.isEmpty()) {
            header.onlyUnlessEmpty(request); // refuses another spelling of it
            return List.of();
        }
        requireLength(header, all);
        List<byte[]> encoded = new ArrayList<>();
        for (String item : all.split(",", -1)) {
            encoded.add(byteSequence(header, item.strip()));
        }
        return encoded;
    }

    private List<byte[]> decoded(HeaderName header, String value) throws RejectedException {
        requireLength(header, value);
        return switch (format) {
            case RFC9440 -> List.of(byteSequence(header, value));
            case PEM -> blocks(header, value);
            case DER -> {
                List<byte[]> encoded = new ArrayList<>();
                for (String item : unescaped(header, value).split(",", -1)) {
                    encoded.add(base64(header, item.strip()));
                }
                yield encoded;
            }
        };
    }

    private static void requireLength(HeaderName header, String value) throws RejectedException {
        if (value.length() > LONGEST_VALUE) {
            throw malformed(header, "%d characters (expected at most %d)".formatted(value.length(), LONGEST_VALUE));
        }
    }

    private static byte[] byteSequence(HeaderName header, String item) throws RejectedException {
        Matcher sequence = BYTE_SEQUENCE.matcher(item);
        if (!sequence.matches()) {
            throw malformed(header, "no byte sequence (expected :BASE64: of RFC 9440)");
        }
        return base64(header, sequence.group(1));
    }

    private static List<byte[]> blocks(HeaderName header, String value) throws RejectedException {
        String text = unescaped(header, value);
        List<byte[]> encoded = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        int end = 0;
        while (block.find() && block.start() == end) {
            encoded.add(base64(header, block.group(1).replaceAll("\\s", "")));
            end = block.end();
        }
        if (encoded.isEmpty() || end != text.length()) {
            throw malformed(header, "no certificate in PEM (expected -----BEGIN CERTIFICATE-----, escaped by %)");
        }
        return encoded;
    }

    /** RFC 3986 2.1 only: a plus sign is one of base64, and no space. */
    private static String unescaped(HeaderName header, String value) throws RejectedException {
        if (value.indexOf('%') < 0) {
            return value;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '%') {
                bytes.write(c);
            } else if (i + 2 < value.length()
                    && HexFormat.isHexDigit(value.charAt(i + 1))
                    && HexFormat.isHexDigit(value.charAt(i + 2))) {
                bytes.write(HexFormat.fromHexDigits(value, i + 1, i + 3));
                i += 2;
            } else {
                throw malformed(header, "a percent sign without two digits");
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static byte[] base64(HeaderName header, String text) throws RejectedException {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            if (bytes.length == 0 || bytes.length > LARGEST_CERTIFICATE) {
                throw malformed(
                        header,
                        "a certificate of %d bytes (expected 1 to %d)".formatted(bytes.length, LARGEST_CERTIFICATE));
            }
            return bytes;
        } catch (IllegalArgumentException _) {
            throw malformed(header, "no base64");
        }
    }

    private X509Certificate certificate(byte[] encoded) throws RejectedException {
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
            // The factory takes PEM for DER, and does not look at what follows.
            if (!Arrays.equals(certificate.getEncoded(), encoded)) {
                throw malformed(name, "more than a certificate in DER");
            }
            return certificate;
        } catch (CertificateException | RuntimeException _) {
            throw malformed(name, "no certificate (expected X.509 in DER)");
        }
    }

    private static RejectedException malformed(HeaderName header, String problem) {
        return new RejectedException(Reason.MALFORMED, "header %s: %s".formatted(header, problem));
    }
}
