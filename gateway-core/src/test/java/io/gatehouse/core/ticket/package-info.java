@org.jspecify.annotations.NullMarked
package io.gatehouse.core.ticket;
