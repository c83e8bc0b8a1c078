package io.gatehouse.provider.header;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import java.util.ArrayList;
import java.util.List;

/** Makes the provider {@code header}: it believes what a proxy in front of the portal says, when it can know that the proxy says it. */
public final class HeaderProviderFactory implements AuthProviderFactory<HeaderConfig> {
    static final String NAME = "header";

    @Override
    public String name() {
        return NAME;
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
        if (!config.signed().isEmpty()) {
            mechanisms.add(signed(config.signed(), context));
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
        return new HeaderProvider(mechanisms);
    }

    private static SignedMechanism signed(List<HeaderConfig.Signed> tables, ProviderContext context)
            throws ProviderException {
        List<SignedHeader> headers = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            try {
                headers.add(SignedHeader.of(SignedSettings.of(tables.get(i), context), context));
            } catch (ProviderException e) {
                throw new ProviderException("signed[" + i + "]: " + e.getMessage(), e);
            }
        }
        return new SignedMechanism(headers);
    }

    private record HeaderProvider(List<Mechanism> mechanisms) implements AuthProvider {
        private HeaderProvider {
            mechanisms = List.copyOf(mechanisms);
        }

        @Override
        public void close() {} // holds neither threads nor connections
    }
}
