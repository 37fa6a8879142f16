-- One database a server, made when the volume is new.
CREATE DATABASE prefect;
CREATE DATABASE mlflow;
