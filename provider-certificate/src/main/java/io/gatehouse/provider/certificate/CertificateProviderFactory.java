package io.gatehouse.provider.certificate;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import java.util.List;
import java.util.Optional;

/** Makes the provider {@code certificate}: it believes certificates that an authority or a list vouches for. */
public final class CertificateProviderFactory implements AuthProviderFactory<CertificateConfig> {
    static final String NAME = "certificate";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Class<CertificateConfig> configType() {
        return CertificateConfig.class;
    }

    @Override
    public AuthProvider create(CertificateConfig config, ProviderContext context) throws ProviderException {
        if (!context.asksForCertificates() && config.header().isEmpty()) {
            throw new ProviderException("no certificate can come: no [[listener]] has client-certificate, and there is"
                    + " no [auth.certificate.header] (expected one of them)");
        }
        if (config.header().isPresent() && !context.behindTrustedProxies()) {
            throw new ProviderException("header: anybody can send a certificate in a header, so it is accepted from"
                    + " trusted proxies only: no [[listener]] has trusted-proxies (expected the proxy's address)");
        }
        CertificateUsers users = CertificateUsers.of(config, context);
        Optional<CertificateHeader> header = config.header().isPresent()
                ? Optional.of(CertificateHeader.of(config.header().get()))
                : Optional.empty();
        if (config.ca().isEmpty()) {
            requireNothingOfAuthorities(config);
            return new CertificateProvider(
                    new ClientCertificateMechanism(config, context.clock(), Optional.empty(), users, header),
                    List.of());
        }
        ClientAuthorities authorities = ClientAuthorities.of(config, context.clock());
        return new CertificateProvider(
                new ClientCertificateMechanism(config, context.clock(), Optional.of(authorities), users, header),
                List.of(Examination.of(
                        "authorities and revocation lists of client certificates", authorities::examine)));
    }

    /** Without authorities a certificate says nothing but what its digest says. */
    private static void requireNothingOfAuthorities(CertificateConfig config) throws ProviderException {
        if (config.userFrom().isPresent()) {
            throw new ProviderException("user-from without ca: anybody can write any name into a certificate (expected"
                    + " ca, or [[auth.certificate.user]] with certificate-sha256 or public-key-sha256)");
        }
        if (!config.crl().isEmpty() || config.ocsp() != CertificateConfig.Ocsp.OFF) {
            throw new ProviderException("crl and ocsp are of authorities, and there is no ca (expected ca)");
        }
    }

    private record CertificateProvider(ClientCertificateMechanism mechanism, List<Examination> examinations)
            implements AuthProvider {
        @Override
        public List<Mechanism> mechanisms() {
            return List.of(mechanism);
        }

        @Override
        public void close() {
            mechanism.close();
        }
    }
}
