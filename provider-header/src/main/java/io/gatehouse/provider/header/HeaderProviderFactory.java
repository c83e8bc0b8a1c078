package io.gatehouse.provider.header;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Makes the provider {@code header}: it believes what a proxy in front of the portal says, when it can know that the
 * proxy says it.
 */
public final class HeaderProviderFactory implements AuthProviderFactory<HeaderConfig> {
    static final String NAME = "header";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<String> methods() {
        return Set.of(PlainMechanism.METHOD, SignedMechanism.METHOD);
    }

    @Override
    public Class<HeaderConfig> configType() {
        return HeaderConfig.class;
    }

    @Override
    public AuthProvider create(HeaderConfig config, ProviderContext context) throws ProviderException {
        List<Mechanism> mechanisms = new ArrayList<>();
        // Signed ones first: where both come, the stronger word counts, and a bad signature is not made good by a plain
        // header.
        List<SignedHeader> signed = signed(config.signed(), context);
        if (!signed.isEmpty()) {
            mechanisms.add(new SignedMechanism(signed));
        }
        if (config.plain().isPresent()) {
            try {
                mechanisms.add(PlainMechanism.of(config.plain().get(), context));
            } catch (ProviderException e) {
                throw new ProviderException("plain: " + e.getMessage(), e);
            }
        }
        if (mechanisms.isEmpty()) {
            throw new ProviderException("nothing to look at (expected [auth.header.plain] or [[auth.header.signed]])");
        }
        return new HeaderProvider(mechanisms, signed);
    }

    private static List<SignedHeader> signed(List<HeaderConfig.Signed> tables, ProviderContext context)
            throws ProviderException {
        List<SignedHeader> headers = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            try {
                headers.add(SignedHeader.of(SignedSettings.of(tables.get(i), context), context));
            } catch (ProviderException e) {
                throw new ProviderException("signed[" + i + "]: " + e.getMessage(), e);
            }
        }
        return headers;
    }

    private record HeaderProvider(List<Mechanism> mechanisms, List<SignedHeader> signed) implements AuthProvider {
        private HeaderProvider {
            mechanisms = List.copyOf(mechanisms);
        }

        @Override
        public List<Examination> examinations() {
            return signed.stream().map(SignedHeader::examination).toList();
        }

        @Override
        public void close() {
            signed.forEach(SignedHeader::close);
        }
    }
}
