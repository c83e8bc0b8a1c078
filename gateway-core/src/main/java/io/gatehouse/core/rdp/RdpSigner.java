package io.gatehouse.core.rdp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Signs {@code .rdp} files as Windows' {@code rdpsign.exe} does, so that mstsc shows the publisher's name, or nothing
 * at all where the administrator trusts it.
 *
 * <p>The signature covers the settings of a fixed list, in the list's order, as UTF-16 text; the gateway token and the
 * user name are not among them. It is a detached CMS signature (RFC 5652) with SHA-256 and without signed attributes.
 * Safe for use by many threads.
 */
public final class RdpSigner {
    /** The settings that can be signed, in the order in which they are. */
    private static final List<String> SIGNABLE = List.of(
            "Full Address",
            "Alternate Full Address",
            "PCB",
            "Use Redirection Server Name",
            "Server Port",
            "Negotiate Security Layer",
            "EnableCredSspSupport",
            "DisableConnectionSharing",
            "AutoReconnection Enabled",
            "GatewayHostname",
            "GatewayUsageMethod",
            "GatewayProfileUsageMethod",
            "GatewayCredentialsSource",
            "Support URL",
            "PromptCredentialOnce",
            "Require pre-authentication",
            "Pre-authentication server address",
            "Alternate Shell",
            "Shell Working Directory",
            "RemoteApplicationProgram",
            "RemoteApplicationExpandWorkingdir",
            "RemoteApplicationMode",
            "RemoteApplicationGuid",
            "RemoteApplicationName",
            "RemoteApplicationIcon",
            "RemoteApplicationFile",
            "RemoteApplicationFileExtensions",
            "RemoteApplicationCmdLine",
            "RemoteApplicationExpandCmdLine",
            "Prompt For Credentials",
            "Authentication Level",
            "AudioMode",
            "RedirectDrives",
            "RedirectPrinters",
            "RedirectCOMPorts",
            "RedirectSmartCards",
            "RedirectPOSDevices",
            "RedirectClipboard",
            "DevicesToRedirect",
            "DrivesToRedirect",
            "LoadBalanceInfo",
            "RedirectDirectX",
            "RDGIsKDCProxy",
            "KDCProxyName",
            "EventLogUploadAddress",
            "EnableRdsAadAuth",
            "RedirectWebAuthn");

    private static final String SCOPE = "signscope";
    private static final String SIGNATURE = "signature";
    private static final int BLOB_VERSION = 0x00010001;
    private static final int RUN = 64;

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    /**
     * A signer.
     *
     * @param key an RSA or EC key
     * @param chain its certificate first
     * @throws IllegalArgumentException for a key of another kind, or without a certificate
     */
    public RdpSigner(PrivateKey key, List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate");
        }
        this.key = key;
        this.chain = List.copyOf(chain);
        algorithm();
    }

    /**
     * {@code file} with {@code signscope} and {@code signature} as its last settings; old ones are dropped. A full
     * address without an alternate one gets it, lest somebody adds another, which would win over the signed one.
     */
    public RdpFile sign(RdpFile file) {
        RdpFile plain = guarded(file.without(SCOPE).without(SIGNATURE));
        List<String> scope = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (String name : SIGNABLE) {
            Optional<RdpSetting> setting = plain.find(name);
            if (setting.isPresent()) {
                scope.add(name);
                lines.add(setting.get().line());
            }
        }
        String names = String.join(",", scope);
        return plain.with(RdpSetting.text(SCOPE, names))
                .with(RdpSetting.text(SIGNATURE, blob(cms(message(lines, names)))));
    }

    private static RdpFile guarded(RdpFile file) {
        Optional<RdpSetting> address = file.find("full address");
        return address.isPresent() && file.find("alternate full address").isEmpty()
                ? file.with(
                        RdpSetting.text("alternate full address", address.get().value()))
                : file;
    }

    /** What is signed: the lines, the names of the settings, and a NUL. */
    static byte[] message(List<String> lines, String names) {
        return (String.join("\r\n", lines) + "\r\n" + SCOPE + ":s:" + names + "\r\n\0")
                .getBytes(StandardCharsets.UTF_16LE);
    }

    private byte[] cms(byte[] message) {
        try {
            SignerInfoGenerator signer = new SignerInfoGeneratorBuilder(
                            new JcaDigestCalculatorProviderBuilder().build())
                    .setDirectSignature(true)
                    .build(
                            new JcaContentSignerBuilder(algorithm()).build(key),
                            new JcaX509CertificateHolder(chain.getFirst()));
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(signer);
            generator.addCertificates(new JcaCertStore(chain));
            return generator
                    .generate(new CMSProcessableByteArray(message), false)
                    .toASN1Structure()
                    .getEncoded("DER");
        } catch (OperatorCreationException | CertificateEncodingException | CMSException | IOException e) {
            throw new IllegalStateException("cannot sign with the key of the signing certificate", e);
        }
    }

    private String algorithm() {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> throw new IllegalArgumentException(key.getAlgorithm() + " key (expected RSA or EC)");
        };
    }

    /** Version, one, length in little endian, the CMS; base64 in runs of 64 characters with two spaces behind each. */
    private static String blob(byte[] cms) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(BLOB_VERSION)
                .putInt(1)
                .putInt(cms.length)
                .array());
        bytes.writeBytes(cms);
        String base64 = Base64.getEncoder().encodeToString(bytes.toByteArray());
        StringBuilder runs = new StringBuilder();
        for (int i = 0; i < base64.length(); i += RUN) {
            runs.append(base64, i, Math.min(base64.length(), i + RUN)).append("  ");
        }
        return runs.toString();
    }
}
