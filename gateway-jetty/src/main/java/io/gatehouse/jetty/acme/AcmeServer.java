package io.gatehouse.jetty.acme;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Issues certificates. One thread at a time. */
interface AcmeServer {
    /** What the server has issued. */
    record Issued(List<X509Certificate> chain, PrivateKey key) {
        public Issued {
            chain = List.copyOf(chain);
        }
    }

    /** Hears of the moment after which the server may have issued a certificate. */
    interface Ordering {
        /**
         * The server is about to be asked to issue.
         *
         * @throws IOException when that cannot be noted down: then it must not be asked
         */
        void begins() throws IOException;

        /** The server has said that it issues none. */
        void isRefused();
    }

    /**
     * Asks for a certificate, and proves that the gateway has its names.
     *
     * @param replaced the certificate whose place it takes
     * @throws AcmeFailedException with the reason why there is none
     */
    Issued obtain(Optional<X509Certificate> replaced, Ordering ordering)
            throws AcmeFailedException, InterruptedException;

    /**
     * What the server says of the renewal of a certificate (RFC 9773).
     *
     * @param renewal when it suggests to renew it; empty when it suggests nothing
     * @param askAgain when it wants to be asked next; empty when it does not say
     */
    record Suggestion(Optional<Instant> renewal, Optional<Instant> askAgain) {
        /** Of a server that suggests nothing. */
        static final Suggestion NONE = new Suggestion(Optional.empty(), Optional.empty());
    }

    /**
     * When the server suggests to renew {@code certificate}: somewhere in the window that it names.
     *
     * @param chance from 0 to 1: where in the window
     * @throws AcmeFailedException when it does not answer
     */
    Suggestion suggestedRenewal(X509Certificate certificate, double chance) throws AcmeFailedException;
}
