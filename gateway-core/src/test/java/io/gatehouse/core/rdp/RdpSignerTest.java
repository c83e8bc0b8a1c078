package io.gatehouse.core.rdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RdpSignerTest {
    private static final String FILE = """
            screen mode id:i:2
            gatewayhostname:s:gw.example.com
            full address:s:win11.lab
            gatewayaccesstoken:s:first
            redirectclipboard:i:1
            username:s:alice
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"RSA, 2048", "EC, 256"})
    void opensslVerifiesTheSignature(String algorithm, int size) throws Exception {
        RdpFile signed = signer(algorithm, size).sign(RdpFileTest.read(FILE));
        assertThat(verify(cms(signed), expectedMessage("win11.lab"))).contains("erification successful");
    }

    @ParameterizedTest
    @CsvSource({"RSA, 2048", "EC, 256"})
    void changedLineBreaksIt(String algorithm, int size) throws Exception {
        RdpFile signed = signer(algorithm, size).sign(RdpFileTest.read(FILE));
        assertThat(verify(cms(signed), expectedMessage("evil.lab"))).contains("erification failure");
    }

    @Test
    void scopeIsInTheOrderOfTheListAndSignatureIsLast() throws Exception {
        RdpFile signed = signer("RSA", 2048).sign(RdpFileTest.read(FILE));
        assertThat(signed.find("signscope").orElseThrow().value())
                .isEqualTo("Full Address,Alternate Full Address,GatewayHostname,RedirectClipboard");
        assertThat(signed.settings().getLast().name()).isEqualTo("signature");
        assertThat(signed.find("alternate full address").orElseThrow().value()).isEqualTo("win11.lab");
    }

    @Test
    void freshTokenNeedsNoNewSignature() throws Exception {
        RdpFile signed = signer("RSA", 2048).sign(RdpFileTest.read(FILE));
        RdpFile renewed = signed.with(RdpSetting.text("gatewayaccesstoken", "second"));
        assertThat(verify(cms(renewed), expectedMessage("win11.lab"))).contains("erification successful");
    }

    @Test
    void signingAgainReplacesTheOldSignature() throws Exception {
        RdpSigner signer = signer("RSA", 2048);
        RdpFile once = signer.sign(RdpFileTest.read(FILE));
        assertThat(signer.sign(once)).isEqualTo(once);
    }

    @Test
    void alternateAddressThatIsThereIsSignedAsItIs() throws Exception {
        RdpFile signed = signer("RSA", 2048).sign(RdpFileTest.read(FILE + "alternate full address:s:other.lab\n"));
        assertThat(signed.find("alternate full address").orElseThrow().value()).isEqualTo("other.lab");
    }

    @Test
    void signatureIsWrittenInRunsOf64CharactersWithTwoSpaces() throws Exception {
        String value = signer("RSA", 2048)
                .sign(RdpFileTest.read(FILE))
                .find("signature")
                .orElseThrow()
                .value();
        List<String> runs = Arrays.asList(value.split("  "));
        assertThat(runs.subList(0, runs.size() - 1))
                .allSatisfy(run -> assertThat(run).hasSize(64));
        assertThat(value).endsWith("  ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed25519"})
    void otherKeysAreRefused(String algorithm) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        X509Certificate certificate = certificate(pair, "Ed25519");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RdpSigner(pair.getPrivate(), List.of(certificate)))
                .withMessageContaining("expected RSA or EC");
    }

    /** Written out by hand from the description of the format. */
    private static byte[] expectedMessage(String address) {
        return ("full address:s:" + address + "\r\n"
                        + "alternate full address:s:" + address + "\r\n"
                        + "gatewayhostname:s:gw.example.com\r\n"
                        + "redirectclipboard:i:1\r\n"
                        + "signscope:s:Full Address,Alternate Full Address,GatewayHostname,RedirectClipboard\r\n\0")
                .getBytes(StandardCharsets.UTF_16LE);
    }

    private static byte[] cms(RdpFile signed) {
        String base64 = signed.find("signature").orElseThrow().value().replace(" ", "");
        ByteBuffer blob = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(blob.getInt()).isEqualTo(0x00010001);
        assertThat(blob.getInt()).isEqualTo(1);
        byte[] cms = new byte[blob.getInt()];
        blob.get(cms);
        assertThat(blob.hasRemaining()).isFalse();
        return cms;
    }

    private String verify(byte[] cms, byte[] message) throws IOException, InterruptedException {
        Path cmsFile = Files.write(folder.resolve("cms"), cms);
        Path messageFile = Files.write(folder.resolve("message"), message);
        List<String> command = new ArrayList<>(List.of("openssl", "cms", "-verify", "-binary", "-inform", "DER"));
        command.addAll(List.of("-in", cmsFile.toString(), "-content", messageFile.toString(), "-purpose", "any"));
        command.addAll(List.of("-CAfile", folder.resolve("certificate.pem").toString(), "-out", "/dev/null"));
        Process openssl = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream output = openssl.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(openssl.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return text;
        }
    }

    private RdpSigner signer(String algorithm, int size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        KeyPair pair = generator.generateKeyPair();
        X509Certificate certificate = certificate(pair, algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
        Files.writeString(
                folder.resolve("certificate.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        return new RdpSigner(pair.getPrivate(), List.of(certificate));
    }

    private static X509Certificate certificate(KeyPair pair, String algorithm) throws Exception {
        X500Name name = new X500Name("CN=Publisher");
        Instant now = Instant.now();
        return new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.TWO,
                                Date.from(now.minusSeconds(60)),
                                Date.from(now.plusSeconds(3600)),
                                name,
                                pair.getPublic())
                        .build(new JcaContentSignerBuilder(algorithm).build(pair.getPrivate())));
    }
}
