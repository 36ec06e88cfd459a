"""What anyone may read. Lives in the database "default"; nothing here can reach `closecall.sealed`."""
