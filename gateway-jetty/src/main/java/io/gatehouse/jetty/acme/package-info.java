/** Certificates from an ACME server (RFC 8555): when they are asked for, and how challenges are answered. */
@NullMarked
package io.gatehouse.jetty.acme;

import org.jspecify.annotations.NullMarked;
